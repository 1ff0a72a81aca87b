import { type Exception, isActive } from '../../core/exception.ts';
import type { Hunt } from '../../core/hunt.ts';
import { placeAt } from '../../core/place.ts';
import type { Problem } from '../../core/problem.ts';
import type { Instant } from '../../core/time.ts';
import type { Expr } from '../../query/syntax/ast.ts';
import { parseExpression } from '../../query/syntax/parse.ts';
import type { CheckedException } from '../checked.ts';
import { checkEventCondition } from './declarative.ts';
import { type Hiding, hiddings } from './never-exclude.ts';
import { checkOnRows } from './on-rows.ts';
import type { Report } from './report.ts';
import type { ResultColumns } from './result-columns.ts';
import type { NeededSources } from './needed-sources.ts';

type Judged = CheckedException & { readonly fields: ReadonlySet<string> };

/**
 * The exceptions of a hunt, its own and the site's. In a declarative hunt `when` is about events, in an esql hunt about
 * result columns (null: not known, the query has faults of its own). None may hide by itself what intruders hide behind.
 */
export function checkExceptions(
  hunt: Hunt,
  sources: NeededSources,
  columns: ResultColumns | null,
  now: Instant,
  report: Report,
): Judged[] {
  return hunt.exceptions.flatMap((exception) => {
    const place = placeAt(exception.when, 0);
    if (!isActive(exception, now)) report.problems.push({ ...expired(exception), place });
    const read =
      hunt.body.type === 'esql' ? onRows(exception, hunt, columns, report) : onEvents(exception, hunt, sources, report);
    if (read === null) return [];
    for (const hiding of hiddings(read.when, { params: hunt.params, looksUp: looksUp(hunt) }))
      report.problems.push({ ...hides(exception, hiding), place });
    return [{ exception, ...read }];
  });
}

type Read = { readonly when: Expr; readonly fields: ReadonlySet<string> };

function onEvents(exception: Exception, hunt: Hunt, sources: NeededSources, report: Report): Read | null {
  // A field that only some sources have is null in the others, and unknown never hides: no warning.
  const read = checkEventCondition(exception.when, hunt, sources, report, { absenceAllowed: true });
  return read === null ? null : { when: read.condition, fields: read.fields };
}

function onRows(exception: Exception, hunt: Hunt, columns: ResultColumns | null, report: Report): Read | null {
  const parsed = parseExpression(exception.when.text);
  if (!parsed.ok) {
    report.faults(exception.when, parsed.faults);
    return null;
  }
  if (columns !== null) checkOnRows(parsed.value, exception.when, columns, hunt, false, report);
  return { when: parsed.value, fields: new Set() };
}

function expired({ id, until, owner }: Exception): Omit<Problem, 'place'> {
  const message = `Exception "${id}" expired after ${until} and hides nothing`;
  return { rule: 'exception-expired', severity: 'warning', message, hint: `Renew it or remove it: ${owner} owns it` };
}

/** Whether a source has names of destinations from reverse lookups: Sysmon asks for them unless its configuration says no. */
function looksUp({ sources }: Hunt): boolean {
  return sources.names.includes('sysmon.network');
}

function hides({ id }: Exception, { rule, severity, what, hint }: Hiding): Omit<Problem, 'place'> {
  return { rule, severity, message: `Exception "${id}" would hide ${what}`, hint };
}
