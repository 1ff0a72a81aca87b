import { leastHistory } from '../../core/history.ts';
import type { DeclarativeBody, FirstSeenBody, Hunt, NumberOrParam } from '../../core/hunt.ts';
import type { PlacedText } from '../../core/place.ts';
import { formatDuration } from '../../core/time.ts';
import type { Expr } from '../../query/syntax/ast.ts';
import { lintExpression } from '../../query/lint/lint.ts';
import { parseExpression } from '../../query/syntax/parse.ts';
import { typeOnEvents } from '../../query/resolve/resolve.ts';
import { catalogOf, clockFieldsOf } from './catalog.ts';
import type { CheckedBody } from './esql.ts';
import { noCondition } from './condition.ts';
import { apartFrom, judgeCondition, judgeField } from './fields.ts';
import type { Report } from './report.ts';
import { entityColumns } from './result-columns.ts';
import type { NeededSources } from './needed-sources.ts';

/** A statement about entities: its condition, its fields, its thresholds. */
export function checkDeclarative(
  hunt: Hunt,
  body: DeclarativeBody,
  sources: NeededSources,
  report: Report,
): CheckedBody & { readonly where: Expr | null } {
  const where = body.where === null ? null : checkEventCondition(body.where, hunt, sources, report);
  const own = new Set([...body.of, body.across, ...Object.keys(body.collect)]);
  checkOwnFields(body, sources, report);
  if (body.type === 'first_seen') {
    checkHistory(body, hunt, report);
  } else {
    checkThreshold(body.atMost, 'prevalence.at_most', hunt, report);
    checkThreshold(body.minPopulation, 'prevalence.min_population', hunt, report);
  }
  const standIn = body.of.includes('process.name') ? ['process.executable'] : [];
  return {
    where: where?.condition ?? null,
    columns: entityColumns(body.of, Object.keys(body.collect)),
    fields: new Set([...own, ...standIn, ...(where?.fields ?? [])]),
  };
}

/** A condition on events: `where`, or the `when` of a declarative hunt's exception. Null when it cannot be read. */
export function checkEventCondition(
  source: PlacedText,
  hunt: Hunt,
  sources: NeededSources,
  report: Report,
  { absenceAllowed }: { readonly absenceAllowed: boolean } = { absenceAllowed: false },
): { readonly condition: Expr; readonly fields: ReadonlySet<string> } | null {
  const parsed = parseExpression(source.text);
  if (!parsed.ok) {
    report.faults(source, parsed.faults);
    return null;
  }
  const { typed, fields, faults } = typeOnEvents(parsed.value, catalogOf(hunt));
  const absences = judgeCondition(parsed.value, fields, sources);
  report.faults(source, apartFrom(absences, [...faults, ...noCondition(typed)]));
  report.faults(source, lintExpression(typed, { clockFields: clockFieldsOf(sources), severalAllowed: false }));
  report.faults(source, absenceAllowed ? absences.filter(({ severity }) => severity === 'error') : absences);
  return { condition: parsed.value, fields };
}

function checkOwnFields(body: DeclarativeBody, sources: NeededSources, report: Report): void {
  const named: readonly (readonly [path: string, field: string])[] = [
    ...body.of.map((field, index) => [`${body.type}.of.${index}`, field] as const),
    [`${body.type}.across`, body.across],
    ...Object.keys(body.collect).map((field) => [`${body.type}.collect.${field}`, field] as const),
  ];
  for (const [path, field] of named) {
    const fault = judgeField(field, sources);
    if (fault?.severity === 'error') report.error(path, fault.rule, fault.message, fault.hint);
    else if (fault !== null) report.warning(path, fault.rule, fault.message, fault.hint);
  }
}

function checkThreshold(value: NumberOrParam, path: string, { params }: Hunt, report: Report): void {
  const number =
    typeof value === 'number' ? value : Object.hasOwn(params, value.param) ? params[value.param] : undefined;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return;
  const shown = typeof value === 'number' ? String(value) : `?${value.param}`;
  report.error(
    path,
    'bad-threshold',
    `Threshold ${shown} is no whole number of hosts`,
    'Write a number, or name a parameter that holds one',
  );
}

/** Only the time of the window before the tile can be known, so a window of less shows nothing ever. */
function checkHistory(body: FirstSeenBody, hunt: Hunt, report: Report): void {
  const least = leastHistory(hunt, body);
  const path = 'first_seen.min_history';
  if (least === null) {
    const hint = 'Give the parameter a text such as 15d; 0d takes any history';
    report.error(path, 'bad-threshold', 'The parameter of min_history holds no duration', hint);
  } else if (least >= hunt.windowMs) {
    const message = `A history of ${formatDuration(least)} does not fit into the window of ${formatDuration(hunt.windowMs)}`;
    report.error(path, 'history-too-long', message, 'Widen the window, which is the tile and the history before it');
  }
}
