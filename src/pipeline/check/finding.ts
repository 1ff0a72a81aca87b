import type { Hunt } from '../../core/hunt.ts';
import { placeholdersOf } from '../../findings/title.ts';
import type { Query } from '../../query/syntax/ast.ts';
import { columnOfParam } from '../../query/compile/bind-row.ts';
import { expressionsOf } from '../../query/syntax/commands.ts';
import { paramsOf } from '../../query/compile/params.ts';
import { parseQuery } from '../../query/syntax/parse.ts';
import { suggestion } from '../../core/suggest.ts';
import type { Report } from './report.ts';
import type { ResultColumns } from './result-columns.ts';

/** Whatever the finding names must be a column of the rows: key, title, times, reopening, GeoIP, drill-down. */
export function checkFinding(hunt: Hunt, columns: ResultColumns, report: Report): Query | null {
  const { finding } = hunt;
  const named: readonly (readonly [path: string, name: string, what: string])[] = [
    ...finding.key.map((name, index) => [`finding.key.${index}`, name, 'Key'] as const),
    ...placeholdersOf(finding.title).map((name) => ['finding.title', name, 'Title placeholder'] as const),
    ...hunt.geoip.map((name, index) => [`enrich.geoip.${index}`, name, 'Address field'] as const),
    ...hunt.excludeCidrs.flatMap(({ field, stage }, index) =>
      stage === 'after' ? [[`exclude_cidrs.${index}.field`, field, 'Excluded field'] as const] : [],
    ),
    ...(finding.seen === null
      ? []
      : [
          ['finding.seen.first', finding.seen.first, 'Time'] as const,
          ['finding.seen.last', finding.seen.last, 'Time'] as const,
        ]),
  ];
  for (const [path, name, what] of named) {
    if (!columns.has(name)) {
      report.error(
        path,
        'unknown-column',
        `${what} "${name}" is no column of the result`,
        suggestion(name, [...columns.keys()]),
      );
    }
  }
  checkTypes(hunt, columns, report);
  checkReopen(hunt, columns, report);
  return checkDrilldown(hunt, columns, report);
}

function checkTypes({ finding, geoip }: Hunt, columns: ResultColumns, report: Report): void {
  geoip.forEach((name, index) => {
    const type = columns.get(name)?.type;
    if (type !== undefined && type !== 'ip') {
      report.error(
        `enrich.geoip.${index}`,
        'geoip-no-address',
        `Column "${name}" is ${type}, not ip`,
        'Name a column of addresses',
      );
    }
  });
  for (const [end, name] of Object.entries(finding.seen ?? {})) {
    const type = columns.get(name)?.type;
    if (type === undefined || type === 'date' || type === 'date_nanos') continue;
    report.error(
      `finding.seen.${end}`,
      'seen-no-time',
      `Column "${name}" is ${type}, not a date`,
      'Compute it from hunt.clock by MIN or MAX',
    );
  }
}

/** `host.name` stands for the population column of a declarative hunt. */
function checkReopen({ finding, body }: Hunt, columns: ResultColumns, report: Report): void {
  const across = body.type === 'esql' ? null : body.across;
  finding.reopen.on.forEach((name, index) => {
    if (columns.has(name) || name === across) return;
    const message = `Column "${name}" is not collected, so no value of it can be new`;
    report.error(`finding.reopen.on.${index}`, 'unknown-column', message, suggestion(name, [...columns.keys()]));
  });
}

function checkDrilldown({ finding }: Hunt, columns: ResultColumns, report: Report): Query | null {
  if (finding.drilldown === null) return null;
  const parsed = parseQuery(finding.drilldown.text);
  if (!parsed.ok) {
    report.faults(finding.drilldown, parsed.faults);
    return null;
  }
  const named = new Set(parsed.value.commands.flatMap(expressionsOf).flatMap((expr) => [...paramsOf(expr)]));
  for (const name of named) {
    if (columnOfParam(name, columns.keys()) !== null) continue;
    report.error(
      'finding.drilldown',
      'unknown-column',
      `Drill-down parameter "?${name}" is no column of the result`,
      suggestion(name, [...columns.keys()]),
    );
  }
  return parsed.value;
}
