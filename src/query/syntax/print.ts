// Queries to text that reads back as the same tree, one command on a line.
import type { Aggregate, Command, Enrich, Field, Query, Rename, SortKey } from './ast.ts';
import type { Parsed } from './fault.ts';
import { parseAggregateText, parseFieldText } from './parse.ts';
import { printExpr, printPrimary } from './print-expression.ts';
import { quoteName, quotePattern, quoteSource, quoteString } from './quote.ts';
import { sameTree } from './same.ts';

/** 8.19.21 does not know the unit `m`, so a text with it cannot be sent as it was; printed, it reads `minutes` [M]. */
const SHORT_MINUTES = /\d\s*m\b/i;

type Kind = Command['kind'];

const PRINTERS: { readonly [K in Kind]: (command: Extract<Command, { kind: K }>) => string } = {
  from: ({ sources, metadata }) =>
    `FROM ${commas(sources, ({ pattern }) => quoteSource(pattern))}${clause(' METADATA ', metadata, (name) => name)}`,
  row: ({ fields }) => `ROW ${commas(fields, printField)}`,
  where: ({ condition }) => `WHERE ${printExpr(condition)}`,
  eval: ({ fields }) => `EVAL ${commas(fields, printField)}`,
  stats: ({ aggregates, by }) => `STATS${clause(' ', aggregates, printAggregate)}${clause(' BY ', by, printField)}`,
  keep: ({ patterns }) => `KEEP ${commas(patterns, quotePattern)}`,
  drop: ({ patterns }) => `DROP ${commas(patterns, quotePattern)}`,
  rename: ({ renames }) => `RENAME ${commas(renames, printRenaming)}`,
  sort: ({ keys }) => `SORT ${commas(keys, printSortKey)}`,
  limit: ({ count }) => `LIMIT ${printExpr(count)}`,
  dissect: ({ input, pattern, appendSeparator }) =>
    `DISSECT ${printPrimary(input)} ${quoteString(pattern)}${appendSeparator === null ? '' : ` APPEND_SEPARATOR=${quoteString(appendSeparator)}`}`,
  grok: ({ input, patterns }) => `GROK ${printPrimary(input)} ${commas(patterns, quoteString)}`,
  mv_expand: ({ column }) => `MV_EXPAND ${quoteName(column.name)}`,
  lookup_join: ({ index, on }) => `LOOKUP JOIN ${quoteSource(index)} ON ${commas(on, ({ name }) => quoteName(name))}`,
  sample: ({ probability }) => `SAMPLE ${printExpr(probability)}`,
  enrich: printEnrich,
};

/** ES|QL of a query. Throws DEFINITION on what no literal or name can hold (see `quoteString`). */
export function printQuery(query: Query): string {
  return query.commands.map(printCommand).join('\n| ');
}

/** ES|QL of one stage, without its pipe. */
function printCommand(command: Command): string {
  return (PRINTERS[command.kind] as unknown as (command: Command) => string)(command);
}

function commas<T>(items: readonly T[], print: (item: T) => string): string {
  return items.map(print).join(', ');
}

/** A part of a command that is left out when it is empty. */
function clause<T>(word: string, items: readonly T[], print: (item: T) => string): string {
  return items.length === 0 ? '' : word + commas(items, print);
}

function printField(field: Field): string {
  return printNamed(field, printExpr(field.expr), parseFieldText);
}

function printAggregate(aggregate: Aggregate): string {
  const { expr, where } = aggregate;
  return printNamed(
    aggregate,
    where === null ? printExpr(expr) : `${printExpr(expr)} WHERE ${printExpr(where)}`,
    parseAggregateText,
  );
}

/**
 * An unnamed expression is a column called by its own text, so that text is printed as it was. When the tree no longer
 * is what the text says, the expression gets the name, and the column is still called the same.
 */
function printNamed<F extends Field>(field: F, printed: string, parse: (text: string) => Parsed<F>): string {
  const { name, named, expr } = field;
  if (!named && (name === printed || (expr.kind === 'column' && expr.name === name))) return printed;
  const sendable = !named && !SHORT_MINUTES.test(name) && saysTheSame(field, parse(name));
  return sendable ? name : `${quoteName(name)} = ${printed}`;
}

function saysTheSame<F extends Field>(field: F, parsed: Parsed<F>): boolean {
  return parsed.ok && !parsed.value.named && sameTree(field, parsed.value);
}

function printRenaming({ from, to }: Rename['renames'][number]): string {
  return `${quoteName(from)} AS ${quoteName(to)}`;
}

function printSortKey({ expr, direction, nulls }: SortKey): string {
  return `${printExpr(expr)} ${direction.toUpperCase()}${nulls === null ? '' : ` NULLS ${nulls.toUpperCase()}`}`;
}

function printEnrich({ policy, on, with: fields }: Enrich): string {
  const printed = clause(' WITH ', fields, ({ name, field }) =>
    name === null ? quoteName(field) : `${quoteName(name)} = ${quoteName(field)}`,
  );
  return `ENRICH ${policy}${on === null ? '' : ` ON ${quoteName(on)}`}${printed}`;
}
