import type { Hunt } from '../../core/hunt.ts';
import type { PlacedText } from '../../core/place.ts';
import type { Expr, Field, Query } from '../../query/syntax/ast.ts';
import { not } from '../../query/syntax/build.ts';
import { mapExpr } from '../../query/syntax/walk.ts';
import { hiddings } from './never-exclude.ts';
import type { Report } from './report.ts';

/** Rules about what a hunt may not leave out by itself; ports and names of destinations are what hunts are about. */
const OWN_RULES: ReadonlySet<string> = new Set([
  'never-exclude-shell',
  'never-exclude-script-host',
  'never-exclude-administrative-tool',
  'never-exclude-tunnel-or-sync-tool',
  'never-exclude-native-tool',
  'never-exclude-browser-by-name',
  'never-exclude-service-host',
  'never-exclude-temporary-folder',
  'never-exclude-cloud-service',
]);

/** What of a hunt may leave events or rows out: each condition with the text it stands in. */
export interface OwnConditions {
  readonly query: Query | null;
  readonly where: Expr | null;
  readonly keep: Expr | null;
}

/**
 * What a hunt leaves out by its own conditions (`NOT …`, `!=`, `NOT IN`) against the rules of what never to exclude. It is a
 * warning unless `leaves_out` says that it is meant; one there that nothing breaks is told too.
 */
export function checkOwnExclusions(hunt: Hunt, { query, where, keep }: OwnConditions, report: Report): void {
  const { body } = hunt;
  const broken = [
    ...(body.type === 'esql' && query !== null ? told(body.query, conditionsOf(query), hunt, report) : []),
    ...(body.type !== 'esql' && body.where !== null && where !== null ? told(body.where, [where], hunt, report) : []),
    ...(hunt.keep !== null && keep !== null ? told(hunt.keep, [keep], hunt, report) : []),
  ];
  hunt.leavesOut.forEach(({ rule }, index) => {
    if (broken.includes(rule)) return;
    const hint = 'Remove it, or look whether the condition it is about is still there';
    report.warning(`leaves_out.${index}.rule`, 'leaves-out-nothing', `The hunt does not break "${rule}"`, hint);
  });
}

/** The rules that the conditions break; a warning for each that the hunt does not own up to. */
function told(source: PlacedText, conditions: readonly Expr[], hunt: Hunt, report: Report): string[] {
  const meant = new Set(hunt.leavesOut.map(({ rule }) => rule));
  return conditions.flatMap(conjunctsOf).flatMap((conjunct) => {
    const left = exclusionOf(conjunct);
    const found = left === null ? [] : hiddings(left, { params: hunt.params, looksUp: false });
    const own = found.filter(({ rule }) => OWN_RULES.has(rule));
    const faults = own.filter(({ rule }) => !meant.has(rule));
    const asFault = ({ rule, what, hint }: (typeof own)[number]) => {
      const message = `the hunt leaves out ${what}`;
      return {
        rule,
        severity: 'warning',
        message,
        hint: `${hint}; or say why under leaves_out`,
        span: conjunct.span,
      } as const;
    };
    report.faults(source, faults.map(asFault));
    return own.map(({ rule }) => rule);
  });
}

/** The conditions of a query, with the columns made by EVAL and the groups of STATS as what they are made of. */
function conditionsOf({ commands }: Query): Expr[] {
  const made = new Map<string, Expr>();
  const conditions: Expr[] = [];
  const make = ({ name, expr }: Field) => made.set(name, unmade(expr, made));
  for (const command of commands) {
    if (command.kind === 'where') conditions.push(unmade(command.condition, made));
    if (command.kind === 'eval') command.fields.forEach(make);
    if (command.kind !== 'stats') continue;
    command.by.forEach(make);
    for (const { name } of command.aggregates) made.delete(name); // MIN(process.name) is a name like those it is of
  }
  return conditions;
}

function unmade(expr: Expr, made: ReadonlyMap<string, Expr>): Expr {
  return mapExpr(expr, (node) => (node.kind === 'column' ? (made.get(node.name) ?? node) : node));
}

function conjunctsOf(condition: Expr): readonly Expr[] {
  return condition.kind === 'and' ? condition.operands : [condition];
}

/** What a conjunct leaves out: the opposite of a negation, alone or beside a question for null; null for any other. */
function exclusionOf(conjunct: Expr): Expr | null {
  if (conjunct.kind === 'not') return conjunct.operand;
  if (conjunct.kind === 'compare') return conjunct.op === '!=' ? not(conjunct) : null;
  if (conjunct.kind === 'in') return conjunct.negated ? { ...conjunct, negated: false } : null;
  if (conjunct.kind === 'like' || conjunct.kind === 'rlike')
    return conjunct.negated ? { ...conjunct, negated: false } : null;
  if (conjunct.kind !== 'or') return null;
  const [only, ...others] = conjunct.operands.filter((operand) => operand.kind !== 'is_null');
  return only === undefined || others.length > 0 ? null : exclusionOf(only);
}
