import { suggestion } from '../../core/suggest.ts';
import type { Expr, Query, TextSpan } from '../../query/syntax/ast.ts';
import { expressionsOf } from '../../query/syntax/commands.ts';
import type { MeaningFault } from '../../query/resolve/typed.ts';
import { childrenOf } from '../../query/syntax/walk.ts';
import type { NeededSources } from './needed-sources.ts';

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
  const anywhere = firstPlaces(expressions, () => true);
  const demanded = firstPlaces(expressions, (node) => !allowsAbsence(node));
  return [...fields].flatMap((name) => {
    const verdict = judgeField(name, sources);
    const span = (verdict?.severity === 'error' ? anywhere : demanded).get(name);
    return verdict === null || span === undefined ? [] : [{ ...verdict, span }];
  });
}

/** Where each column first stands, not looking below nodes that `enter` refuses. */
function firstPlaces(expressions: readonly Expr[], enter: (node: Expr) => boolean): ReadonlyMap<string, TextSpan> {
  const places = new Map<string, TextSpan>();
  const waiting = [...expressions].reverse();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.kind === 'column' && !places.has(node.name)) places.set(node.name, node.span);
    if (enter(node)) waiting.push(...[...childrenOf(node)].reverse());
  }
  return places;
}

/** Below these an author has thought of a source that lacks the field: another branch, a stand-in, a question for null. */
function allowsAbsence(node: Expr): boolean {
  return (
    node.kind === 'or' ||
    node.kind === 'is_null' ||
    (node.kind === 'call' && (node.name === 'COALESCE' || node.name === 'CASE'))
  );
}

/** Faults that are not about an unknown field as well: whatever type it was taken for says nothing more. */
export function apartFrom(absences: readonly MeaningFault[], faults: readonly MeaningFault[]): MeaningFault[] {
  const unknown = absences.filter(({ rule }) => rule === 'unknown-field').map(({ span }) => span);
  return faults.filter(({ span }) => !unknown.some(({ start, end }) => span.start <= start && end <= span.end));
}

/** What is wrong with one field by its name; null where all is well, or where a source does not state its fields. */
export function judgeField(name: string, { declared }: NeededSources): Omit<MeaningFault, 'span'> | null {
  const stated = declared.flatMap((source) =>
    source.fields === null ? [] : [{ name: source.name, fields: source.fields }],
  );
  if (stated.length < declared.length || stated.length === 0 || ENGINE_COLUMNS.test(name)) return null;
  const without = stated.filter((source) => !source.fields.includes(name)).map((source) => source.name);
  if (without.length === 0) return null;
  if (without.length === stated.length) {
    const known = [...new Set(stated.flatMap((source) => source.fields))];
    const message = `No source of the hunt has the field "${name}"`;
    return { rule: 'unknown-field', severity: 'error', message, hint: suggestion(name, known) };
  }
  const hint =
    'A condition on null is unknown: make sure that this is meant, for instance with an OR for the other source';
  return {
    rule: 'field-of-some-sources',
    severity: 'warning',
    message: `The field "${name}" is null in ${without.join(' and ')}`,
    hint,
  };
}
