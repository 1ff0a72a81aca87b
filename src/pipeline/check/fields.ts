import { suggestion } from '../../definition/suggest.ts';
import type { Expr, Query, TextSpan } from '../../query/ast.ts';
import { expressionsOf } from '../../query/commands.ts';
import type { MeaningFault } from '../../query/typed.ts';
import { walkExpr } from '../../query/walk.ts';
import type { NeededSources } from './sources.ts';

/** Columns that the engine adds, and metadata, which no source has. */
const ENGINE_COLUMNS = /^(hunt\.|_index$|_id$|_source$|_version$|_score$)/;

/** Each field a query reads that no source of the hunt has (error), or that only some have (warning), where it first stands. */
export function judgeFields(query: Query, fields: ReadonlySet<string>, sources: NeededSources): MeaningFault[] {
  return judged(query.commands.flatMap(expressionsOf), fields, sources);
}

/** The same for a condition on events. */
export function judgeCondition(condition: Expr, fields: ReadonlySet<string>, sources: NeededSources): MeaningFault[] {
  return judged([condition], fields, sources);
}

function judged(expressions: readonly Expr[], fields: ReadonlySet<string>, sources: NeededSources): MeaningFault[] {
  const places = firstPlaces(expressions);
  return [...fields].flatMap((name) => {
    const verdict = judgeField(name, sources);
    return verdict === null ? [] : [{ ...verdict, span: places.get(name) ?? { start: 0, end: 0 } }];
  });
}

function firstPlaces(expressions: readonly Expr[]): ReadonlyMap<string, TextSpan> {
  const places = new Map<string, TextSpan>();
  for (const expr of expressions) {
    walkExpr(expr, (node) => {
      if (node.kind === 'column' && !places.has(node.name)) places.set(node.name, node.span);
    });
  }
  return places;
}

/** What is wrong with one field by its name; null where all is well, or where a source does not state its fields. */
export function judgeField(name: string, { present }: NeededSources): Omit<MeaningFault, 'span'> | null {
  const stated = present.flatMap(({ source }) => (source.fields === null ? [] : [{ name: source.name, fields: source.fields }]));
  if (stated.length < present.length || stated.length === 0 || ENGINE_COLUMNS.test(name)) return null;
  const without = stated.filter((source) => !source.fields.includes(name)).map((source) => source.name);
  if (without.length === 0) return null;
  if (without.length === stated.length) {
    const known = [...new Set(stated.flatMap((source) => source.fields))];
    const message = `No source of the hunt has the field "${name}"`;
    return { rule: 'unknown-field', severity: 'error', message, hint: suggestion(name, known) };
  }
  const hint = 'A condition on null is unknown: make sure that this is meant, for instance with an OR for the other source';
  return { rule: 'field-of-some-sources', severity: 'warning', message: `The field "${name}" is null in ${without.join(' and ')}`, hint };
}
