// What all commands have in common: the expressions they hold, in the order of the text.
import type { Aggregate, Command, Expr, Field, Query } from './ast.ts';
import { mapExpr } from './walk.ts';

type Kind = Command['kind'];
type OfKind<K extends Kind> = Extract<Command, { kind: K }>;

interface Holder<C extends Command> {
  readonly expressions: (command: C) => readonly Expr[];
  /** The same command with each expression as `change` makes it; output names stay. */
  readonly change: (command: C, change: (expr: Expr) => Expr) => Command;
}

const NONE = { expressions: () => [], change: <C extends Command>(command: C) => command };

const FIELDS = {
  expressions: (command: { readonly fields: readonly Field[] }) => command.fields.map(({ expr }) => expr),
  change: <C extends OfKind<'row'> | OfKind<'eval'>>(command: C, change: (expr: Expr) => Expr): C => ({
    ...command,
    fields: command.fields.map((field) => ({ ...field, expr: change(field.expr) })),
  }),
};

const INPUT = {
  expressions: (command: { readonly input: Expr }) => [command.input],
  change: <C extends OfKind<'dissect'> | OfKind<'grok'>>(command: C, change: (expr: Expr) => Expr): C => ({
    ...command,
    input: change(command.input),
  }),
};

const HOLDERS: { readonly [K in Kind]: Holder<OfKind<K>> } = {
  from: NONE,
  row: FIELDS,
  where: {
    expressions: ({ condition }) => [condition],
    change: (command, change) => ({ ...command, condition: change(command.condition) }),
  },
  eval: FIELDS,
  stats: {
    expressions: ({ aggregates, by }) => [...aggregates.flatMap(partsOfAggregate), ...by.map(({ expr }) => expr)],
    change: (command, change) => ({
      ...command,
      aggregates: command.aggregates.map((aggregate) => ({
        ...aggregate,
        expr: change(aggregate.expr),
        where: aggregate.where === null ? null : change(aggregate.where),
      })),
      by: command.by.map((key) => ({ ...key, expr: change(key.expr) })),
    }),
  },
  keep: NONE,
  drop: NONE,
  rename: NONE,
  sort: {
    expressions: ({ keys }) => keys.map(({ expr }) => expr),
    change: (command, change) => ({
      ...command,
      keys: command.keys.map((key) => ({ ...key, expr: change(key.expr) })),
    }),
  },
  limit: {
    expressions: ({ count }) => [count],
    change: (command, change) => ({ ...command, count: constantOr(change(command.count), command.count) }),
  },
  dissect: INPUT,
  grok: INPUT,
  mv_expand: NONE,
  lookup_join: NONE,
  sample: {
    expressions: ({ probability }) => [probability],
    change: (command, change) => ({
      ...command,
      probability: constantOr(change(command.probability), command.probability),
    }),
  },
  enrich: NONE,
};

function partsOfAggregate({ expr, where }: Aggregate): readonly Expr[] {
  return where === null ? [expr] : [expr, where];
}

/** LIMIT and SAMPLE hold a constant or a parameter and nothing else. */
function constantOr<C extends Expr>(changed: Expr, original: C): C | Extract<Expr, { kind: 'literal' | 'param' }> {
  return changed.kind === 'literal' || changed.kind === 'param' ? changed : original;
}

/** The table above at one command. The compiler cannot follow that kind and entry belong together. */
function holderOf(command: Command): Holder<Command> {
  return HOLDERS[command.kind] as unknown as Holder<Command>;
}

/** The expressions a command holds. Columns that KEEP, DROP, RENAME, MV_EXPAND and LOOKUP JOIN only name are no part. */
export function expressionsOf(command: Command): readonly Expr[] {
  return holderOf(command).expressions(command);
}

/**
 * A copy of a query in which `rewrite` has seen every expression node, children first (`mapExpr`). An unnamed column
 * keeps the name that its original text gave it.
 */
export function mapQuery(query: Query, rewrite: (node: Expr) => Expr): Query {
  return {
    ...query,
    commands: query.commands.map((command) => holderOf(command).change(command, (expr) => mapExpr(expr, rewrite))),
  };
}
