import type { Dissect, Grok } from '../../../query/syntax/ast.ts';
import { compileDissect } from '../../../query/extract/dissect.ts';
import { compileGrok } from '../../../query/extract/grok.ts';
import { scalar } from '../../../query/functions/define.ts';
import type { ScalarFunction } from '../../../query/functions/define.ts';
import { elementsOf, textIn, valueOf } from '../../../query/values/values.ts';
import type { RefScalar, ValueType } from '../../../query/values/values.ts';
import type { SqlContext, SqlValue } from '../functions/port.ts';
import { Refused } from '../../plan/refused.ts';

/** What a DISSECT or GROK finds in one text: the values of each column; null where it does not match. */
type Extract = (text: string) => ReadonlyMap<string, readonly RefScalar[]> | null;

interface Extractor {
  readonly extract: Extract;
  /** Columns that one text may give several values. */
  readonly repeated: ReadonlySet<string>;
}

/**
 * The columns that a DISSECT or GROK makes, as calls of one compiled pattern. It runs on every value of the input, and a
 * column holds all of what was found. The text of a chunk's rows is taken apart once, whichever column asks first.
 */
export function extractColumns(
  command: Dissect | Grok,
  input: SqlValue,
  columns: ReadonlyMap<string, ValueType>,
  context: SqlContext,
): ReadonlyMap<string, SqlValue> {
  const { extract, repeated } = extractorOf(command);
  const found = remembering(extract);
  return new Map(
    [...columns].map(([name, type]) => {
      const entry = columnFunction(command, name, type, found, repeated.has(name));
      return [name, context.udf(entry, [input], { takes: [input.type], result: type })];
    }),
  );
}

function extractorOf(command: Dissect | Grok): Extractor {
  const compiled =
    command.kind === 'grok'
      ? compileGrok(command.patterns)
      : compileDissect(command.pattern, command.appendSeparator ?? '');
  if (typeof compiled === 'string') {
    const message = `${command.kind.toUpperCase()}: ${compiled}`;
    throw new Refused(`${command.kind}-pattern`, message, 'Write a pattern that Elasticsearch takes', command.span);
  }
  if ('columns' in compiled) {
    const repeated = new Set(compiled.columns.filter((column) => column.repeated).map((column) => column.name));
    return { extract: compiled.extract, repeated };
  }
  return { extract: (text) => listed(compiled.extract(text)), repeated: new Set() };
}

function listed(values: ReadonlyMap<string, string> | null): ReturnType<Extract> {
  return values === null ? null : new Map([...values].map(([name, value]) => [name, [value]]));
}

function columnFunction(
  command: Dissect | Grok,
  name: string,
  type: ValueType,
  found: Extract,
  repeated: boolean,
): ScalarFunction {
  const pattern = command.kind === 'grok' ? command.patterns : [command.pattern, command.appendSeparator];
  return {
    ...scalar(
      `${command.kind} ${JSON.stringify([pattern, name])}`,
      `${command.kind.toUpperCase()} input pattern`,
      () => ({ takes: ['keyword'], result: type }),
      ([value = null]) => valueOf(elementsOf(value).flatMap((text) => found(textIn(text))?.get(name) ?? [])),
    ),
    several: ([input]) => (repeated ? 'several' : (input?.several ?? 'unknown')),
    needsSingle: false,
  };
}

/** Texts of a few chunks, 2,048 rows each, but no more than this many characters. */
const REMEMBERED_MAX = 4_000_000;

/** DuckDB asks for one column of a chunk after the other: what was found in a text is kept for the next of them. */
function remembering(extract: Extract): Extract {
  const known = new Map<string, ReturnType<Extract>>();
  let size = 0;
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    size += text.length + 100;
    if (size > REMEMBERED_MAX) {
      known.clear();
      size = text.length + 100;
    }
    const found = extract(text);
    known.set(text, found);
    return found;
  };
}
