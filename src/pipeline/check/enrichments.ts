import type { EventEnrichment } from '../../core/enrichment.ts';
import type { Hunt, ParamValue } from '../../core/hunt.ts';
import type { ColumnType } from '../../core/row.ts';
import type { Source } from '../../core/source.ts';
import { suggestion } from '../../core/suggest.ts';
import type { Expr, Query } from '../../query/syntax/ast.ts';
import { expressionsOf } from '../../query/syntax/commands.ts';
import { columnOfParam } from '../../query/compile/bind-row.ts';
import { paramsOf } from '../../query/compile/params.ts';
import { lintQuery } from '../../query/lint/lint.ts';
import { parseExpression, parseQuery } from '../../query/syntax/parse.ts';
import { resolve } from '../../query/resolve/resolve.ts';
import type { CheckedEnrichment } from '../checked.ts';
import { clockFieldsOf } from './catalog.ts';
import { ecsField } from '../../query/ecs.ts';
import { apartFrom, judgeFields } from './fields.ts';
import { checkFrom } from './from.ts';
import { checkOnRows } from './on-rows.ts';
import { patternsOf } from './patterns.ts';
import type { Report } from './report.ts';
import type { ResultColumns } from './result-columns.ts';
import type { NeededSources } from './needed-sources.ts';
import { predicateOf } from './sources.ts';

/** A hunt's questions about other events: syntax, types, fields of the sources that FROM names, parameters, `unless`. */
export function checkEnrichments(
  hunt: Hunt,
  known: ReadonlyMap<string, Source>,
  columns: ResultColumns,
  report: Report,
): CheckedEnrichment[] {
  return hunt.enrichments.flatMap((enrichment, index) => {
    const path = `enrich.events.${index}`;
    const parsed = parseQuery(enrichment.query.text);
    if (!parsed.ok) {
      report.faults(enrichment.query, parsed.faults);
      return [];
    }
    const query = parsed.value;
    const sources = sourcesOf(query, known, report);
    const params = checkParameters(query, enrichment, path, hunt, columns, report);
    const read = checkQuery(query, enrichment, path, { ...hunt, params }, sources, report);
    const unless = read === null ? null : checkUnless(enrichment, read.columns, hunt, report);
    if (read === null) return [];
    const order = query.commands.some(({ kind }) => kind === 'sort') ? [] : sortable(read.columns);
    const own = { query, unless, order, fields: read.fields };
    return [{ enrichment, ...own, sources: sources.present, patterns: patternsOf(sources) }];
  });
}

/** Elasticsearch cannot sort by a point or by a field of several types. */
function sortable(columns: ResultColumns): string[] {
  return [...columns].flatMap(([name, { type }]) => (type === 'geo_point' || type === 'unsupported' ? [] : [name]));
}

/** The sources that keep what FROM reads; a site may keep them elsewhere, or not at all. */
function sourcesOf(query: Query, known: ReadonlyMap<string, Source>, report: Report): NeededSources {
  const [from] = query.commands;
  const read = new Set(from?.kind === 'from' ? from.sources.map(({ pattern }) => pattern) : []);
  const declared = [...known.values()].filter(({ index, shippedIndex }) =>
    [...index, ...(shippedIndex ?? [])].some((pattern) => read.has(pattern)),
  );
  const present = declared
    .filter(({ absent }) => !absent)
    .map((source) => ({ source, where: predicateOf(source, report) }));
  return { present, absent: declared.filter(({ absent }) => absent).map(({ name }) => name), declared, whole: true };
}

/** Each `?name` is a column of the row or a parameter of the hunt. Gives a value of the right type for each of them. */
function checkParameters(
  query: Query,
  { unless }: EventEnrichment,
  path: string,
  hunt: Hunt,
  columns: ResultColumns,
  report: Report,
): Record<string, ParamValue> {
  const named = new Set(query.commands.flatMap(expressionsOf).flatMap((expr) => [...paramsOf(expr)]));
  const values = [...named].flatMap((name): (readonly [string, ParamValue])[] => {
    const column = columnOfParam(name, columns.keys());
    const { type, several } = (column === null ? undefined : columns.get(column)) ?? {};
    if (type !== undefined) {
      if (several === 'several' && unless !== null) report.error(...severalParameter(path, name));
      return [[name, sampleOf(type)]];
    }
    if (Object.hasOwn(hunt.params, name)) return [];
    const hint = suggestion(name, [
      ...[...columns.keys()].map((each) => each.replaceAll('.', '_')),
      ...Object.keys(hunt.params),
    ]);
    report.error(`${path}.esql`, 'unknown-column', `Parameter "?${name}" is no column of the row`, hint);
    return [[name, '']];
  });
  return { ...hunt.params, ...Object.fromEntries(values) };
}

/** An answer about one of several values would drop the row with all of them. */
function severalParameter(path: string, name: string): [string, string, string, string] {
  const message = `"?${name}" may have several values in a row, and "unless" would drop the row for one of them`;
  return [`${path}.unless`, 'unless-several', message, 'Ask for a column of the key, or leave "unless" out'];
}

/** A value that stands for a column of this type: what it is compared with is judged by it. */
function sampleOf(type: ColumnType): ParamValue {
  if (type === 'boolean') return true;
  if (type === 'double') return 0.5;
  return type === 'integer' || type === 'long' || type === 'unsigned_long' ? 0 : (SAMPLE_TEXTS[type] ?? '');
}

const SAMPLE_TEXTS: Readonly<Partial<Record<ColumnType, string>>> = {
  ip: '192.0.2.1',
  date: '2026-01-01T00:00:00.000Z',
  date_nanos: '2026-01-01T00:00:00.000Z',
  version: '1.0.0',
};

function checkQuery(
  query: Query,
  enrichment: EventEnrichment,
  path: string,
  hunt: Hunt,
  sources: NeededSources,
  report: Report,
): { readonly columns: ResultColumns; readonly fields: ReadonlySet<string> } | null {
  const resolution = resolve(query, { field: ecsField, strict: false, params: hunt.params });
  const absences = judgeFields(query, resolution.fields, sources);
  report.faults(enrichment.query, apartFrom(absences, resolution.faults));
  report.faults(enrichment.query, lintQuery(query, resolution, { clockFields: clockFieldsOf(sources), top: true }));
  report.faults(enrichment.query, absences);
  if (sources.declared.length > 0) checkFrom(query, sources, enrichment.query, report);
  else report.error(`${path}.esql`, 'no-source', 'FROM reads no index of any source', 'Name patterns of sources.yml');
  if (resolution.open) {
    const hint = 'End with KEEP and the columns to show, or with STATS';
    report.error(`${path}.esql`, 'open-columns', 'The query gives every field of its sources as a column', hint);
    return null;
  }
  const columns = new Map(resolution.columns.map(({ name, type, several }) => [name, { type, several }]));
  return { columns, fields: resolution.fields };
}

function checkUnless({ unless }: EventEnrichment, columns: ResultColumns, hunt: Hunt, report: Report): Expr | null {
  if (unless === null) return null;
  const parsed = parseExpression(unless.text);
  if (!parsed.ok) {
    report.faults(unless, parsed.faults);
    return null;
  }
  checkOnRows(parsed.value, unless, columns, hunt, false, report);
  return parsed.value;
}
