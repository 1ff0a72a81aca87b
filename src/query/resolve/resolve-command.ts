import type { Command, Field, From, NamePattern } from '../syntax/ast.ts';
import { dissectCaptures, grokCaptures } from './capture-names.ts';
import type { Capture } from './capture-names.ts';
import { keptColumns, matchesName, withColumn, withColumns, withoutColumns } from './columns.ts';
import type { Columns } from './columns.ts';
import type { ColumnType } from '../../core/row.ts';
import { isTruncated } from './truncation.ts';
import type { ResolveContext } from './resolve-context.ts';
import { resolveStats } from './resolve-stats.ts';
import type { KnownColumn, Typed } from './typed.ts';
import { isString, isWhole } from '../values/types.ts';
import type { ValueType } from '../values/values.ts';
import type { Several } from '../values/types.ts';

type OfKind<K extends Command['kind']> = Extract<Command, { kind: K }>;
type Resolve<K extends Command['kind']> = (command: OfKind<K>, columns: Columns, context: ResolveContext) => Columns;

/** One entry for each command; a forgotten one does not compile. */
const RESOLVE: { readonly [K in Command['kind']]: Resolve<K> } = {
  from: resolveFrom,
  row: resolveFields,
  eval: resolveFields,
  where: (command, columns, context) => {
    context.condition(command.condition, columns, command);
    return columns;
  },
  stats: resolveStats,
  keep: resolveKeep,
  drop: resolveDrop,
  rename: resolveRename,
  sort: resolveSort,
  limit: (command, columns, context) => {
    const count = context.type(command.count, columns, command);
    if (count.type !== 'integer' && count.type !== 'null')
      context.fault('limit-number', 'LIMIT takes a whole number', 'LIMIT 100', command.span);
    context.searchable = false;
    return columns;
  },
  dissect: (command, columns, context) => captured(command, dissectCaptures(command.pattern), columns, context),
  grok: (command, columns, context) => captured(command, grokCaptures(command.patterns), columns, context),
  mv_expand: resolveExpand,
  lookup_join: resolveLookup,
  sample: (_command, columns) => columns,
  enrich: resolveEnrich,
};

/** The columns after a command, given those before. */
export function resolveCommand(command: Command, columns: Columns, context: ResolveContext): Columns {
  // The compiler cannot follow that kind and entry belong together.
  const resolve = RESOLVE[command.kind] as (command: Command, columns: Columns, context: ResolveContext) => Columns;
  return resolve(command, columns, context);
}

const METADATA: ReadonlyMap<string, { readonly type: ColumnType; readonly several: Several }> = new Map([
  ['_id', { type: 'keyword', several: 'single' }],
  ['_index', { type: 'keyword', several: 'single' }],
  ['_version', { type: 'long', several: 'single' }],
  ['_score', { type: 'double', several: 'single' }],
  ['_ignored', { type: 'keyword', several: 'several' }],
  ['_index_mode', { type: 'keyword', several: 'single' }],
  // `_source` can be kept, not computed with.
  ['_source', { type: 'unsupported', several: 'single' }],
]);

function resolveFrom(command: From, columns: Columns, context: ResolveContext): Columns {
  const metadata = command.metadata.flatMap((name): KnownColumn[] => {
    const facts = METADATA.get(name);
    if (facts !== undefined) return [{ name, ...facts, origin: 'metadata', field: null }];
    context.fault(
      'unknown-metadata',
      `there is no metadata "${name}" on 8.19`,
      `Metadata: ${[...METADATA.keys()].join(', ')}`,
      command.span,
    );
    return [];
  });
  const fields = context.allFields();
  if (fields !== null) return withColumns(columns, [...fields, ...metadata]);
  return { ...withColumns(columns, metadata), open: (name) => !name.startsWith('_'), isOpen: true };
}

/** Left to right: a later field of EVAL sees those before it, one of ROW does not. */
function resolveFields(command: OfKind<'row' | 'eval'>, columns: Columns, context: ResolveContext): Columns {
  let current = columns;
  for (const field of command.fields) {
    const typed = context.type(field.expr, command.kind === 'row' ? columns : current, command);
    current = withColumns(current, [computedColumn(field, typed)]);
  }
  return current;
}

/** The column an expression makes. A mere copy of a field still is that field; a duration is no column. */
function computedColumn(field: Field, typed: Typed): KnownColumn {
  const type = typed.type === 'duration' ? 'unsupported' : typed.type === 'text' ? 'keyword' : typed.type;
  const source = typed.column;
  if (source !== null) return { ...source, name: field.name, type: source.type };
  return {
    name: field.name,
    type,
    several: typed.several,
    origin: 'computed',
    field: null,
    truncated: isTruncated(typed),
  };
}

/** The pattern `*` alone. */
const isAll = ({ wild, pieces }: NamePattern): boolean => wild && pieces.every((piece) => piece === '');

function resolveKeep(command: OfKind<'keep'>, columns: Columns, context: ResolveContext): Columns {
  const [, again] = command.patterns.filter(isAll);
  if (again !== undefined) context.fault('pattern-twice', 'KEEP takes "*" once', 'Remove the second', again.span);
  return keptColumns(columns, command.patterns, exactColumns(command.patterns, columns, context));
}

function resolveDrop(command: OfKind<'drop'>, columns: Columns, context: ResolveContext): Columns {
  const all = command.patterns.find(isAll);
  if (all !== undefined)
    context.fault('drop-all', 'DROP cannot remove all columns', 'Name those that are not needed', all.span);
  exactColumns(command.patterns, columns, context);
  return withoutColumns(columns, (name) => command.patterns.some((pattern) => matchesName(pattern, name)));
}

/** The columns that whole names stand for; a name or pattern that fits no column is a fault. */
function exactColumns(patterns: readonly NamePattern[], columns: Columns, context: ResolveContext): KnownColumn[] {
  return patterns.flatMap((pattern) => {
    if (!pattern.wild) return context.columnAt(columns, pattern.name, pattern.span) ?? [];
    checkPattern(pattern, columns, context);
    return [];
  });
}

function checkPattern(pattern: NamePattern, columns: Columns, context: ResolveContext): void {
  const known = [...columns.known.keys()];
  if (columns.isOpen || columns.loose || known.some((name) => matchesName(pattern, name))) return;
  context.fault(
    'pattern-without-match',
    `no column matches "${pattern.name}"`,
    `Columns here: ${known.slice(0, 30).join(', ')}`,
    pattern.span,
  );
}

function resolveRename(command: OfKind<'rename'>, columns: Columns, context: ResolveContext): Columns {
  let current = columns;
  for (const { from, to, span } of command.renames) {
    const column = context.columnAt(current, from, span);
    if (column === undefined) continue;
    const known = new Map(
      [...current.known]
        .filter(([name]) => name !== to || name === from)
        .map(([name, other]) => (name === from ? [to, { ...column, name: to }] : [name, other])),
    );
    if (!known.has(to)) known.set(to, { ...column, name: to });
    current = withoutColumns({ ...current, known }, (name) => name === from && from !== to);
  }
  return current;
}

const UNSORTABLE = new Set(['geo_point', 'unsupported', 'duration']);

function resolveSort(command: OfKind<'sort'>, columns: Columns, context: ResolveContext): Columns {
  for (const key of command.keys) {
    const { type } = context.type(key.expr, columns, command);
    if (UNSORTABLE.has(type))
      context.fault(
        'sort-type',
        `a ${type} value cannot be sorted`,
        'Convert it first, with ::string for instance',
        key.span,
      );
  }
  return columns;
}

function captured(
  command: OfKind<'dissect' | 'grok'>,
  captures: readonly Capture[] | string,
  columns: Columns,
  context: ResolveContext,
): Columns {
  const input = context.type(command.input, columns, command);
  if (!isString(input.type) && input.type !== 'null') {
    context.fault(
      'operand-type',
      `${command.kind.toUpperCase()} needs a string, not ${input.type}`,
      'Convert it with ::string',
      command.span,
    );
  }
  if (typeof captures === 'string') {
    const hint = 'Elasticsearch refuses the pattern too, or it cannot be read without Elasticsearch';
    context.fault(`${command.kind}-pattern`, `${command.kind.toUpperCase()}: ${captures}`, hint, command.span);
    return columns;
  }
  const made = captures.map(({ name, type, repeated }): KnownColumn => {
    const several: Several = repeated ? 'unknown' : input.several;
    return { name, type, several, origin: 'computed', field: null };
  });
  return withColumns(columns, made);
}

function resolveExpand(command: OfKind<'mv_expand'>, columns: Columns, context: ResolveContext): Columns {
  const column = context.columnAt(columns, command.column.name, command.column.span);
  return column === undefined ? columns : withColumn(columns, { ...column, several: 'single', origin: 'computed' });
}

function resolveEnrich(command: OfKind<'enrich'>, columns: Columns, context: ResolveContext): Columns {
  if (command.on !== null) context.columnAt(columns, command.on, command.span);
  const added = command.with.map(({ name, field }): KnownColumn => {
    return { name: name ?? field, type: 'keyword', several: 'unknown', origin: 'computed', field: null };
  });
  return added.length === 0 ? { ...columns, loose: true } : withColumns(columns, added);
}

/** The fields of the other index become columns; one of a name that is here already takes its place. */
function resolveLookup(command: OfKind<'lookup_join'>, columns: Columns, context: ResolveContext): Columns {
  const { index, on, span } = command;
  const [key] = on.map((ref) => ({ name: ref.name, left: context.columnAt(columns, ref.name, ref.span) }));
  if (on.length > 1) {
    const message = 'LOOKUP JOIN on several fields needs Elasticsearch 9.2; 8.19 lacks it';
    context.fault('newer-command', message, 'Join on one field', span);
  }
  const fields = context.lookupFields(index);
  if (fields === 'unknown') return { ...columns, loose: true };
  const right = fields?.find(({ name }) => name === key?.name);
  if (fields === null)
    context.fault('unknown-index', `no index is called "${index}"`, 'Ingest it, or name an index of the store', span);
  else if (right === undefined)
    context.fault('unknown-column', `"${index}" has no field "${key?.name ?? ''}"`, 'Join on a field of both', span);
  else if (key?.left !== undefined && !joinable(key.left.type, right.type))
    context.fault(
      'operand-type',
      `LOOKUP JOIN cannot compare ${key.left.type} with ${right.type}`,
      'Bring the left one to the type of the other by EVAL',
      span,
    );
  const added = (fields ?? []).filter(({ name }) => name !== key?.name);
  return withColumns(
    columns,
    added.map((column): KnownColumn => ({ ...column, origin: 'computed', field: null })),
  );
}

function joinable(left: ValueType, right: ValueType): boolean {
  return left === right || (isString(left) && isString(right)) || (isWhole(left) && isWhole(right));
}
