import type { EsqlBody, Hunt } from '../../core/hunt.ts';
import type { Query } from '../../query/syntax/ast.ts';
import { parseQuery } from '../../query/syntax/parse.ts';
import { resolve } from '../../query/resolve/resolve.ts';
import { lintQuery } from '../../query/lint/lint.ts';
import { catalogOf, clockFieldsOf } from './catalog.ts';
import { apartFrom, judgeFields } from './fields.ts';
import { checkFrom } from './from.ts';
import type { Report } from './report.ts';
import type { ResultColumns } from './result-columns.ts';
import type { NeededSources } from './needed-sources.ts';

/** A body with what it reads from events and gives as rows. */
export interface CheckedBody {
  readonly columns: ResultColumns;
  readonly fields: ReadonlySet<string>;
}

/** A hunt's own query: syntax, types through all stages, lints, fields of its sources. Null when it cannot be read or its columns not told. */
export function checkEsql(
  hunt: Hunt,
  body: EsqlBody,
  sources: NeededSources,
  report: Report,
): (CheckedBody & { readonly query: Query }) | null {
  const parsed = parseQuery(body.query.text);
  if (!parsed.ok) {
    report.faults(body.query, parsed.faults);
    return null;
  }
  const query = parsed.value;
  const resolution = resolve(query, catalogOf(hunt));
  const absences = judgeFields(query, resolution.fields, sources);
  report.faults(body.query, apartFrom(absences, resolution.faults));
  report.faults(body.query, lintQuery(query, resolution, { clockFields: clockFieldsOf(sources), top: body.top }));
  report.faults(body.query, absences);
  checkFrom(query, sources, body.query, report);
  if (resolution.open) reportOpen(report);
  if (resolution.open) return null;
  const columns = new Map(resolution.columns.map(({ name, type, several }) => [name, { type, several }]));
  return { query, columns, fields: resolution.fields };
}

/** Rows with every field of the sources have no columns that a key or a title could rely on. */
function reportOpen(report: Report): void {
  const hint = 'End with STATS … BY, or with KEEP and the columns a finding needs';
  report.error('esql', 'open-columns', 'The query gives every field of its sources as a column', hint);
}
