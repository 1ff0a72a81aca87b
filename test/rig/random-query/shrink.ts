// Smaller queries than a given one: a command less, an item of a list less, an expression by a part of it, a shorter
// constant.
import type { Command, Expr, Literal, Query } from '../../../src/query/syntax/ast.ts';
import { isHuntError } from '../../../src/core/error.ts';
import { expressionsOf, mapQuery } from '../../../src/query/syntax/commands.ts';
import { parseQuery } from '../../../src/query/syntax/parse.ts';
import { printQuery } from '../../../src/query/syntax/print.ts';
import { childrenOf, walkExpr } from '../../../src/query/syntax/walk.ts';

type CommandOf<K extends Command['kind']> = Extract<Command, { kind: K }>;

/** Candidates that are tried for one query at the most: each is asked of both engines. */
const TRIES_MAX = 400;

/** The smallest query found that still `fails`, step by step from one that does. */
export async function shrink(
  esql: string,
  fails: (esql: string) => Promise<boolean>,
  triesMax = TRIES_MAX,
): Promise<string> {
  let smallest = esql;
  let tries = 0;
  for (let found = true; found;) {
    found = false;
    for (const candidate of smallerQueries(smallest)) {
      if (++tries > triesMax) return smallest;
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return smallest;
}

/** Texts of queries that are shorter: first those that lack a command. */
export function smallerQueries(esql: string): readonly string[] {
  const parsed = parseQuery(esql);
  if (!parsed.ok) return [];
  const { length } = printQuery(parsed.value);
  const texts = smallerTrees(parsed.value).flatMap((tree) => printed(tree) ?? []);
  return [...new Set(texts)].filter((text) => text.length < length && parseQuery(text).ok);
}

/** A constant that was cut within a surrogate pair is no text, and so no candidate. */
function printed(query: Query): string | null {
  try {
    return printQuery(query);
  } catch (error) {
    if (isHuntError(error)) return null;
    throw error;
  }
}

function smallerTrees(query: Query): readonly Query[] {
  const { commands } = query;
  const without = commands.slice(1).map((_, at) => ({ ...query, commands: commands.toSpliced(at + 1, 1) }));
  const fewer = commands.flatMap((command, at) =>
    withFewerItems(command).map((made) => ({ ...query, commands: commands.with(at, made) })),
  );
  return [...without, ...fewer, ...withSmallerExpressions(query)].filter((smaller) => isDetermined(smaller, query));
}

/** Whether each LIMIT still takes the rows that a SORT puts first, by the last key that the whole query has for it. */
function isDetermined({ commands }: Query, whole: Query): boolean {
  const lastKeys = new Set(whole.commands.flatMap((command, at) => lastKeyBefore(whole.commands[at + 1], command)));
  return commands.every(
    (command, at) =>
      command.kind !== 'limit' || lastKeyBefore(command, commands[at - 1]).some((key) => lastKeys.has(key)),
  );
}

/** The name of the last key of a SORT that a LIMIT follows. */
function lastKeyBefore(limit: Command | undefined, sort: Command | undefined): readonly string[] {
  const last = limit?.kind === 'limit' && sort?.kind === 'sort' ? sort.keys.at(-1)?.expr : undefined;
  return last?.kind === 'column' ? [last.name] : [];
}

/** All ways to leave one item out, while one is left. */
function shorter<T>(items: readonly T[], least = 1): readonly (readonly T[])[] {
  return items.length > least ? items.map((_, at) => items.toSpliced(at, 1)) : [];
}

const FEWER: { readonly [K in Command['kind']]?: (command: CommandOf<K>) => readonly Command[] } = {
  from: (command) => [
    ...shorter(command.metadata, 0).map((metadata) => ({ ...command, metadata })),
    ...shorter(command.sources).map((sources) => ({ ...command, sources })),
  ],
  row: (command) => shorter(command.fields).map((fields) => ({ ...command, fields })),
  eval: (command) => shorter(command.fields).map((fields) => ({ ...command, fields })),
  stats: (command) => [
    ...shorter(command.aggregates).map((aggregates) => ({ ...command, aggregates })),
    ...shorter(command.by, 0).map((by) => ({ ...command, by })),
    ...command.aggregates.flatMap((item, at) =>
      item.where === null ? [] : [{ ...command, aggregates: command.aggregates.with(at, { ...item, where: null }) }],
    ),
  ],
  keep: (command) => shorter(command.patterns).map((patterns) => ({ ...command, patterns })),
  drop: (command) => shorter(command.patterns).map((patterns) => ({ ...command, patterns })),
  rename: (command) => shorter(command.renames).map((renames) => ({ ...command, renames })),
  sort: (command) => shorter(command.keys).map((keys) => ({ ...command, keys })),
  grok: (command) => shorter(command.patterns).map((patterns) => ({ ...command, patterns })),
  dissect: (command) => (command.appendSeparator === null ? [] : [{ ...command, appendSeparator: null }]),
};

function withFewerItems(command: Command): readonly Command[] {
  // The compiler cannot follow that kind and entry belong together.
  const fewer = FEWER[command.kind] as ((command: Command) => readonly Command[]) | undefined;
  return fewer?.(command) ?? [];
}

/** The query with one node of one of its expressions made smaller, nodes near the top first. */
function withSmallerExpressions(query: Query): readonly Query[] {
  const nodes: Expr[] = [];
  for (const expr of query.commands.flatMap(expressionsOf)) walkExpr(expr, (node) => nodes.push(node));
  return nodes.flatMap((node) =>
    [...childrenOf(node), ...lighter(node)].map((by) => mapQuery(query, (other) => (other === node ? by : other))),
  );
}

type ExprOf<K extends Expr['kind'], E = Expr> = E extends { kind: infer Kind } ? (K extends Kind ? E : never) : never;

const LIGHTER: { readonly [K in Expr['kind']]?: (node: ExprOf<K>) => readonly Expr[] } = {
  and: (node) => shorter(node.operands, 2).map((operands) => ({ ...node, operands })),
  or: (node) => shorter(node.operands, 2).map((operands) => ({ ...node, operands })),
  in: (node) => [
    ...shorter(node.list).map((list) => ({ ...node, list })),
    ...(node.negated ? [{ ...node, negated: false }] : []),
  ],
  like: (node) => shorter(node.patterns).map((patterns) => ({ ...node, patterns })),
  call: (node) => shorter(node.args).map((args) => ({ ...node, args })),
  array: (node) => shorter(node.items).map((items) => ({ ...node, items })),
  literal: lighterConstants,
};

/** A node of the same kind with less in it. */
function lighter(node: Expr): readonly Expr[] {
  const make = LIGHTER[node.kind] as ((node: Expr) => readonly Expr[]) | undefined;
  return make?.(node) ?? [];
}

function lighterConstants({ value, ...node }: Literal): readonly Literal[] {
  if (typeof value === 'string') {
    const half = Math.ceil(value.length / 2);
    const texts = ['', value.slice(0, half), value.slice(half), value.slice(1), value.slice(0, -1)];
    return texts.map((text) => ({ ...node, value: text }));
  }
  if (typeof value === 'bigint') return [0n, 1n, 2n ** 31n].map((number) => ({ ...node, value: number }));
  if (typeof value !== 'number') return [];
  const numbers = [0, 1, 0.5].filter((number) => node.type === 'double' || Number.isInteger(number));
  return numbers.map((number) => ({ ...node, value: number }));
}
