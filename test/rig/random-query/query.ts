// Whole queries: a first command, then further ones over the columns that the resolver says there are.
import type { ColumnType } from '../../../src/core/row.ts';
import type { Command } from '../../../src/query/syntax/ast.ts';
import { field, from, query } from '../../../src/query/syntax/build.ts';
import { parseQuery } from '../../../src/query/syntax/parse.ts';
import { printQuery } from '../../../src/query/syntax/print.ts';
import { fieldColumn } from '../../../src/query/resolve/resolve-context.ts';
import { resolve } from '../../../src/query/resolve/resolve.ts';
import type { Catalog } from '../../../src/query/resolve/resolution.ts';
import type { KnownColumn } from '../../../src/query/resolve/typed.ts';
import { anyCommand } from './commands.ts';
import type { Standing } from './standing.ts';
import { arrayOf, constantOf, DRAWN_TYPES } from './constants.ts';
import type { Draw } from './draw.ts';

/** What may be asked: indices with their fields. */
export interface Events {
  /** Index patterns for FROM, each with what its indices hold together. The first is drawn most. */
  readonly sources: readonly {
    readonly patterns: readonly string[];
    readonly fields: ReadonlyMap<string, ColumnType>;
  }[];
  /** A field that has another value in each document. */
  readonly unique: string;
  /** An index for LOOKUP JOIN, and the field it is joined by. */
  readonly lookup: {
    readonly index: string;
    readonly key: string;
    readonly fields: ReadonlyMap<string, ColumnType>;
  } | null;
}

const span = { start: 0, end: 0 };
const COMMANDS_MAX = 5;
/** Share of the faulty commands that are asked all the same: both engines must refuse them. */
const FAULTY = 0.02;

/** A query that both engines should answer alike, as text that can be read again. */
export function randomQuery(draw: Draw, events: Events): string {
  const source = draw.chance(0.7) ? events.sources[0] : draw.pick(events.sources);
  const row = source === undefined || draw.chance(0.08);
  const first = row ? rowOf(draw) : from(source.patterns, draw.chance(0.15) ? draw.some(['_id', '_index'], 1, 2) : []);
  const catalog = catalogOf(row ? new Map() : source.fields, events);
  let made: Made = { commands: [first], shownOnly: new Set() };
  const wanted = 1 + draw.int(COMMANDS_MAX);
  for (let at = 0; at < wanted; at++) made = extended(draw, made, catalog, events);
  return printQuery(query(made.commands));
}

interface Made {
  readonly commands: readonly Command[];
  readonly shownOnly: ReadonlySet<string>;
}

/** With one command more; as it was where five draws gave none without a fault. */
function extended(draw: Draw, made: Made, catalog: Catalog, events: Events): Made {
  const standing = standingOf(made, catalog, events);
  for (let tries = 0; tries < 5; tries++) {
    const next = anyCommand(draw, standing);
    if (next === null) continue;
    const commands = [...made.commands, ...next.commands];
    const sound = isSound(commands, catalog);
    if (!sound && !draw.chance(FAULTY)) continue;
    const overwritten = new Set(
      next.commands.flatMap((command) => (command.kind === 'eval' ? command.fields.map(({ name }) => name) : [])),
    );
    const kept = [...made.shownOnly].filter((name) => !overwritten.has(name));
    return { commands, shownOnly: new Set([...kept, ...(next.shownOnly ?? [])]) };
  }
  return made;
}

/** Whether the printed text reads back, and means something. */
function isSound(commands: readonly Command[], catalog: Catalog): boolean {
  const parsed = parseQuery(printQuery(query(commands)));
  return parsed.ok && resolve(parsed.value, catalog).faults.every(({ severity }) => severity !== 'error');
}

function standingOf({ commands, shownOnly }: Made, catalog: Catalog, events: Events): Standing {
  const resolution = resolve(query(commands), catalog);
  const mixing = commands.some(({ kind }) => kind === 'stats' || kind === 'mv_expand' || kind === 'lookup_join');
  const unique = resolution.columns.find((column) => column.field === events.unique && column.origin === 'field');
  return {
    columns: resolution.columns,
    shownOnly,
    searchable: commands.every(({ kind }) => kind === 'from' || kind === 'where'),
    unique: mixing ? null : (unique?.name ?? null),
    lookup: events.lookup,
  };
}

function rowOf(draw: Draw): Command {
  const fields = ['a', 'b', 'c', 'd']
    .slice(0, 1 + draw.int(4))
    .map((name) => field(name, draw.chance(0.3) ? arrayOf(draw) : constantOf(draw, draw.pick(DRAWN_TYPES))));
  return { kind: 'row', fields, span };
}

function catalogOf(fields: ReadonlyMap<string, ColumnType>, { lookup }: Events): Catalog {
  // Which fields hold several values is not asked here: any may.
  const facts = (name: string) => {
    const type = fields.get(name);
    return type === undefined ? undefined : { type, array: true };
  };
  return {
    strict: true,
    all: [...fields.keys()],
    field: facts,
    names: () => fields.keys(),
    params: {},
    lookup: (index) => (index === lookup?.index ? columnsOf(lookup.fields) : undefined),
  };
}

function columnsOf(fields: ReadonlyMap<string, ColumnType>): readonly KnownColumn[] {
  return [...fields].flatMap(([name, type]) => fieldColumn(name, { type, array: false }) ?? []);
}
