// Lints for faults of Elasticsearch 8.19: valid queries that it answers in another way than they are written.
import type { Command, Expr, Field, Query } from '../syntax/ast.ts';
import { expressionsOf } from '../syntax/commands.ts';
import { eachTyped } from '../resolve/each-typed.ts';
import { isTooComplex } from '../like-effort.ts';
import type { NodeRule } from './lint-rules.ts';
import { quoteName } from '../syntax/quote.ts';
import type { Resolution } from '../resolve/resolution.ts';
import type { MeaningFault, Typed } from '../resolve/typed.ts';
import { isNumeric } from '../values/types.ts';
import { columnsOf, walkExpr } from '../syntax/walk.ts';

/** Commands behind which a condition no longer meets those before. */
const ENDS_CONDITIONS: ReadonlySet<Command['kind']> = new Set(['stats', 'limit', 'rename', 'mv_expand', 'lookup_join']);

/** All conditions of rows at one place of a query, those of one WHERE behind the other together. */
export function besideNulls({ commands }: Query): MeaningFault[] {
  const faults: MeaningFault[] = [];
  let conditions: Expr[] = [];
  for (const command of commands) {
    if (ENDS_CONDITIONS.has(command.kind)) conditions = [];
    if (command.kind === 'eval')
      conditions = conditions.filter((condition) =>
        command.fields.every(({ name }) => !columnsOf(condition).has(name)),
      );
    if (command.kind === 'where') {
      conditions.push(command.condition);
      faults.push(...besideNull(conditions, command.condition));
    }
  }
  return faults;
}

/** The same of one condition. */
export function besideNullsIn(condition: Expr): MeaningFault[] {
  return besideNull([condition], condition);
}

/**
 * `f IS NULL AND NOT COALESCE(f == "a", false)`: where one condition says that f is null, 8.19.21 takes every other that
 * reads f for unknown and drops the row, COALESCE, CASE and OR included; one that asks for null itself is left as it is
 * [measured]. Faults of `latest`, which the others stand beside.
 */
function besideNull(conditions: readonly Expr[], latest: Expr): MeaningFault[] {
  const top = conditions.flatMap(conjunctsOf);
  const inner: Expr[][] = [];
  walkExpr(latest, (node) => node.kind === 'and' && node !== latest && inner.push([...node.operands]));
  return [top, ...inner].flatMap((parts) => {
    const spans = new Set(parts === top ? conjunctsOf(latest) : parts);
    return parts.flatMap((part) => {
      const name = nullField(part);
      const other = name === null ? undefined : parts.find((each) => each !== part && ignores(each, name));
      if (name === null || other === undefined || !(spans.has(part) || spans.has(other))) return [];
      return fault(name, spans.has(other) ? other : part);
    });
  });
}

function fault(name: string, { span }: Expr): MeaningFault {
  const message = `beside ${quoteName(name)} IS NULL Elasticsearch 8.19 takes this for unknown, and drops every row`;
  const hint = 'Make it a column by EVAL before WHERE, and test that column; or leave it out';
  return { rule: 'beside-null', severity: 'warning', message, hint, span };
}

function conjunctsOf(condition: Expr): readonly Expr[] {
  return condition.kind === 'and' ? condition.operands : [condition];
}

function nullField(node: Expr): string | null {
  return node.kind === 'is_null' && !node.negated && node.value.kind === 'column' ? node.value.name : null;
}

/** Whether a condition reads the column without asking whether it is null. */
function ignores(condition: Expr, name: string): boolean {
  let asks = false;
  walkExpr(condition, (node) => (asks ||= node.kind === 'is_null' && columnsOf(node).has(name)));
  return !asks && columnsOf(condition).has(name);
}

/** Functions that have a value where an argument is null, and hide that from a call around them. */
const FILLING: ReadonlySet<string> = new Set(['COALESCE', 'CASE', 'MV_APPEND']);

/**
 * `EVAL name = TO_LOWER(COALESCE(a, b)) | WHERE name IS NOT NULL`: of a call around COALESCE 8.19.21 takes IS NOT NULL, and
 * LIKE "*" which is the same, for IS NOT NULL of each field in it, and drops rows that have but one of them [measured].
 * COALESCE outermost is left as it is.
 */
export function inferredFields({ commands }: Query): MeaningFault[] {
  const made = new Map<string, Expr>();
  return commands.flatMap((command): MeaningFault[] => {
    if (command.kind === 'eval') for (const { name, expr } of command.fields) made.set(name, expr);
    const faults = expressionsOf(command).flatMap((expr) => inferredIn(expr, made));
    if (command.kind === 'stats') made.clear();
    return faults;
  });
}

/** The same of one condition. */
export function inferredIn(condition: Expr, made: ReadonlyMap<string, Expr> = new Map()): MeaningFault[] {
  const faults: MeaningFault[] = [];
  walkExpr(condition, (node) => {
    const asked = askedForValue(node);
    const whole = asked?.kind === 'column' ? made.get(asked.name) : asked;
    if (whole === undefined || whole === null || !wrapsFilling(whole)) return;
    const message = 'Elasticsearch 8.19 asks here for a value of every field inside, and drops rows that have but one';
    const hint = 'Put COALESCE or CASE outermost: COALESCE(TO_LOWER(a), TO_LOWER(b))';
    faults.push({ rule: 'inferred-not-null', severity: 'error', message, hint, span: node.span });
  });
  return faults;
}

/** What an expression asks to have a value; null for none. */
function askedForValue(node: Expr): Expr | null {
  if (node.kind === 'is_null') return node.negated ? node.value : null;
  return node.kind === 'like' && !node.negated && node.patterns.every(({ value }) => value === '*') ? node.value : null;
}

function wrapsFilling(whole: Expr): boolean {
  if (whole.kind === 'call' && (whole.name === 'COALESCE' || whole.name === 'CASE')) return false;
  let inside = false;
  walkExpr(whole, (node) => (inside ||= node !== whole && node.kind === 'call' && FILLING.has(node.name)));
  return inside;
}

/** Functions whose arguments Elasticsearch brings to one type. */
const WIDENING: ReadonlySet<string> = new Set(['CASE', 'COALESCE', 'GREATEST', 'LEAST']);

/**
 * `EVAL n = COALESCE(n, 0), x = n` of a long n: where such a call widens a number, 8.19.21 lets later fields of the same
 * EVAL read the column as it was before [measured].
 */
export function staleColumns({ commands }: Query, { expressions, after }: Resolution): MeaningFault[] {
  return commands.flatMap((command, at): MeaningFault[] => {
    if (command.kind !== 'eval') return [];
    const typed = expressions.filter((placed) => placed.command === command).map((placed) => placed.typed);
    return command.fields.flatMap(({ name, expr }, index): MeaningFault[] => {
      const existed = columnsOf(expr).has(name) || (after[at - 1]?.some((column) => column.name === name) ?? false);
      const later = command.fields.slice(index + 1).find((field) => columnsOf(field.expr).has(name));
      const made = typed[index];
      if (!existed || later === undefined || made === undefined || !widensNumber(made)) return [];
      const message = `Elasticsearch 8.19 reads "${name}" here as it was before this EVAL`;
      const hint = 'Put this field into an EVAL of its own';
      return [{ rule: 'stale-column', severity: 'error', message, hint, span: later.span }];
    });
  });
}

/**
 * `COUNT_DISTINCT(flag) BY host.name`: over groups by one keyword 8.19.21 counts distinct booleans for the group behind
 * [measured].
 */
export function countedBooleans({ expressions }: Resolution): MeaningFault[] {
  return expressions.flatMap(({ command, typed }): MeaningFault[] => {
    if (command.kind !== 'stats' || command.by.length !== 1) return [];
    const counted = eachTyped(typed).find(
      ({ expr, operands }) => expr.kind === 'call' && expr.name === 'COUNT_DISTINCT' && operands[0]?.type === 'boolean',
    );
    if (counted === undefined) return [];
    const message = 'Elasticsearch 8.19 counts distinct booleans for the wrong group';
    const hint = 'Count their texts: COUNT_DISTINCT(field::string)';
    return [{ rule: 'distinct-booleans', severity: 'error', message, hint, span: counted.expr.span }];
  });
}

function widensNumber(typed: Typed): boolean {
  return eachTyped(typed).some(
    ({ entry, operands, takes }) =>
      entry !== null &&
      WIDENING.has(entry.name) &&
      operands.some(({ type }, at) => isNumeric(type) && type !== takes[at]),
  );
}

/** One automaton is made of all patterns of a LIKE, while those of an OR and the ways of an RLIKE cost nothing [measured]. */
export const complexLike: NodeRule = ({ expr }) => {
  if (expr.kind !== 'like' || !isTooComplex(expr.patterns.map(({ value }) => String(value)))) return null;
  const message = 'Elasticsearch 8.19 refuses these patterns together: too complex to determinize';
  const hint = 'Write one RLIKE ".*(a|b).*", or several LIKE joined by OR';
  return { rule: 'like-complex', severity: 'error', message, hint, span: expr.span };
};

/**
 * `EVAL x = 1, y = x + 1 | STATS COUNT(*)`: of a query that reads no field 8.19.21 gives no rows where an EVAL reads what it
 * makes itself, or KEEP has a pattern [measured].
 */
export function readsNothing({ commands }: Query, { fields }: Resolution): MeaningFault[] {
  if (fields.size > 0) return [];
  const trap = commands.find(
    (command) =>
      (command.kind === 'keep' && command.patterns.some(({ wild }) => wild)) ||
      (command.kind === 'eval' && readsItself(command.fields)),
  );
  if (trap === undefined) return [];
  const message = 'of a query that reads no field Elasticsearch 8.19 gives no rows here';
  const hint = 'Read a field of the events, or make one column by EVAL after the other';
  return [{ rule: 'reads-nothing', severity: 'error', message, hint, span: trap.span }];
}

function readsItself(fields: readonly Field[]): boolean {
  return fields.some(({ name }, at) => fields.slice(at + 1).some((later) => columnsOf(later.expr).has(name)));
}
