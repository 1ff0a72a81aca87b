// Writes docs/esql.md: what of ES|QL a hunt may use, and where it runs. Every line is asked of the code: functions of their
// registries, commands and operators by compiling an example. Run by `node scripts/write-esql-docs.ts`; a test compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { compileQuery } from '../src/embedded/plan/compile.ts';
import { aggregateForms, scalarForms } from '../src/embedded/sql/functions/registry.ts';
import type { EsqlFunction } from '../src/query/functions/define.ts';
import { findFunction, functionNames, newerFunction, newerNames } from '../src/query/functions/registry.ts';
import { isSearch } from '../src/query/kql/expand-search.ts';
import { parseQuery } from '../src/query/syntax/parse.ts';
import { resolve } from '../src/query/resolve/resolve.ts';

type Line = readonly [what: string, eight: string, nine: string, embedded: string, note: string];

/** One example of each command, on rows of its own; `…` in front stands for FROM. */
const COMMANDS: readonly (readonly [name: string, example: string, note: string])[] = [
  ['FROM … METADATA', 'FROM logs-* METADATA _id, _index', 'embedded: `_id`, `_index`, `_source`, `_version`'],
  ['ROW', 'ROW a = 1', ''],
  ['WHERE', 'ROW a = 1 | WHERE a == 1', ''],
  ['EVAL', 'ROW a = 1 | EVAL b = a + 1', ''],
  [
    'STATS … BY',
    'ROW a = 1 | STATS n = COUNT(*) WHERE a > 0 BY a',
    'a several-valued key puts the row into each group',
  ],
  ['KEEP', 'ROW a = 1 | KEEP a*', ''],
  ['DROP', 'ROW a = 1, b = 2 | DROP a', ''],
  ['RENAME', 'ROW a = 1 | RENAME a AS b', ''],
  ['SORT', 'ROW a = 1 | SORT a DESC NULLS LAST', ''],
  ['LIMIT', 'ROW a = 1 | LIMIT 10', 'without any 1,000 rows; at most 10,000'],
  ['MV_EXPAND', 'ROW a = [1, 2] | MV_EXPAND a', ''],
  ['DISSECT', 'ROW a = "x y" | DISSECT a "%{b} %{c}"', 'an empty text matches nothing'],
  [
    'GROK',
    'ROW a = "x y" | GROK a "%{WORD:b}"',
    'columns come by name; embedded: a failed conversion is null, where 8.19 ends the query; `&&` in a class, `\\G` and conditionals are refused',
  ],
  [
    'LOOKUP JOIN',
    'ROW a = 1 | LOOKUP JOIN hosts ON a',
    'one key; 9.2 takes several. Embedded: any ingested index; a key with several values meets none',
  ],
  ['ENRICH', 'ROW a = "x" | ENRICH policy ON a', ''],
  ['SAMPLE', 'ROW a = 1 | SAMPLE 0.5', ''],
];

const OPERATORS: readonly (readonly [name: string, example: string, note: string])[] = [
  ['`==` `!=` `<` `<=` `>` `>=`', 'ROW a = 1 | WHERE a >= 1', 'null for a null or several values'],
  [
    '`+` `-` `*` `/` `%`',
    'ROW a = 1 | EVAL b = a / 2 % 3 - 1 + 2 * 3',
    'overflow and division by zero are null; whole numbers divide towards zero',
  ],
  ['date `+` `-` duration', 'ROW a = "2026-01-01"::date | EVAL b = a - 7 days', ''],
  ['`AND` `OR` `NOT`', 'ROW a = true | WHERE NOT a OR a AND a', 'three-valued'],
  ['`IN` `NOT IN`', 'ROW a = 1 | WHERE a NOT IN (1, 2)', ''],
  ['`LIKE`', 'ROW a = "x" | WHERE a LIKE "x*"', 'the whole string, with regard to case'],
  ['`LIKE (…)`', 'ROW a = "x" | WHERE a LIKE ("x*", "y")', ''],
  ['`RLIKE`', 'ROW a = "x" | WHERE a RLIKE "x.*"', 'embedded: `&`, `~` and `<n-m>` are refused'],
  ['`IS NULL` `IS NOT NULL`', 'ROW a = 1 | WHERE a IS NOT NULL', ''],
  ['`field : "value"`', '', 'before STATS and LIMIT; any value matches; NOT selects nulls'],
  ['`::type`', 'ROW a = "1" | EVAL b = a::integer', ''],
  ['`?name`', '', 'single values'],
];

const NOTES: ReadonlyMap<string, string> = new Map([
  [
    'KQL',
    'embedded: `field: value`, phrases, wildcards on keywords, ranges, `and` `or` `not`; refused: values without a field, wildcards in field names, nested fields, date mathematics. 8.19 cannot parse `field: (a or b)`',
  ],
  ['MATCH', 'embedded: without options'],
  ['MATCH_PHRASE', 'embedded: without options'],
  ['COUNT_DISTINCT', 'embedded: exact; Elasticsearch estimates above 3,000 values'],
  ['MEDIAN', 'embedded: linear interpolation; Elasticsearch estimates'],
  ['PERCENTILE', 'embedded: linear interpolation; Elasticsearch estimates. Null outside of 0 to 100'],
  ['MEDIAN_ABSOLUTE_DEVIATION', 'embedded: exact; Elasticsearch estimates'],
  ['SUM', 'a sum beyond a long: null here, an error of the query on 8.19; of doubles: null here, Infinity on 8.19'],
  ['AVG', 'the sum by the count; where the sum overflows, as SUM'],
  ['WEIGHTED_AVG', 'the weights of rows without a value count'],
  ['VALUES', 'a set, in no order'],
  ['TOP', 'keeps duplicates'],
  ['NOW', 'refused in stored hunts: a run may be repeated'],
  ['REPLACE', "embedded: Java's possessive quantifiers and class intersections are refused"],
  ['BUCKET', 'behind BY only'],
  ['FIRST', 'rows without a value, or without what orders them, are passed over'],
  ['LAST', 'rows without a value, or without what orders them, are passed over'],
]);

/** The whole page. */
export async function esqlDocs(): Promise<string> {
  const scalars = [...functionNames()].filter((name) => findFunction(name)?.kind === 'scalar').toSorted();
  const aggregates = [...functionNames()].filter((name) => findFunction(name)?.kind === 'aggregate').toSorted();
  const text = [
    readFileSync(new URL('esql-docs-head.md', import.meta.url), 'utf8').trim(),
    section('Commands', COMMANDS.map(exampleLine)),
    section('Operators', OPERATORS.map(exampleLine)),
    section('Functions', scalars.map(functionLine)),
    section('Aggregates', aggregates.map(functionLine)),
    section('Functions that 8.19 lacks', [...newerNames()].toSorted().map(newerLine)),
  ].join('\n\n');
  const path = new URL('../docs/esql.md', import.meta.url).pathname;
  return format(text, { ...(await resolveConfig(path)), parser: 'markdown' });
}

function section(title: string, lines: readonly Line[]): string {
  const rows = lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  return [`## ${title}`, '', '| | 8.19 | 9.x | embedded | |', '|---|---|---|---|---|', ...rows].join('\n');
}

function exampleLine([name, example, note]: (typeof COMMANDS)[number]): Line {
  return [name, 'yes', 'yes', example === '' || runsEmbedded(example) ? 'yes' : 'no', note];
}

/** An example on rows compiles without any segment; one that reads an index is resolved only, for there is none here. */
function runsEmbedded(example: string): boolean {
  if (example.startsWith('FROM')) {
    const parsed = parseQuery(example);
    return parsed.ok && resolve(parsed.value, { field: () => undefined, strict: false }).faults.length === 0;
  }
  const filter = { time: null, excluded: [], only: [] };
  const asked = { snapshot: { mapping: new Map(), segments: [] }, params: {}, filter, tableOf: () => 'none', now: 0 };
  const compiled = compileQuery(example, asked);
  return compiled.ok || compiled.faults.every(({ rule }) => rule === 'unknown-index');
}

function functionLine(name: string): Line {
  const entry = findFunction(name);
  return [
    entry === undefined ? name : usage(entry),
    'yes',
    'yes',
    entry === undefined ? 'no' : embedded(entry),
    NOTES.get(name) ?? '',
  ];
}

function newerLine(name: string): Line {
  const newer = newerFunction(name);
  const entry = newer?.entry;
  const instead = newer?.instead === undefined || newer.instead === null ? '' : `on both: \`${newer.instead}\``;
  const notes = [NOTES.get(name) ?? '', instead].filter((note) => note !== '').join('; ');
  return [
    entry === undefined ? `\`${name}\`` : usage(entry),
    'no',
    newer?.since ?? '',
    entry === undefined ? 'no' : embedded(entry),
    notes,
  ];
}

function usage(entry: EsqlFunction): string {
  return `\`${entry.usage}\``;
}

const NATIVE: ReadonlySet<string> = new Set([...scalarForms(), ...aggregateForms()]);

/** `SQL`: computed by DuckDB, where arguments allow it; `yes`: by the reference implementation, or written out. */
function embedded(entry: EsqlFunction): string {
  if (NATIVE.has(entry.name)) return 'SQL';
  if (entry.kind === 'aggregate') return 'no';
  return entry.evaluate !== null || isSearch(entry.name) ? 'yes' : 'no';
}

if (import.meta.main) writeFileSync(new URL('../docs/esql.md', import.meta.url), await esqlDocs());
