import type { ParamValue } from '../../core/hunt.ts';
import type { ColumnType, Row } from '../../core/row.ts';
import type { Expr, Literal } from '../../query/syntax/ast.ts';
import { compare, not } from '../../query/syntax/build.ts';
import { expandList, inlineParam } from '../../query/compile/params.ts';
import { exprFaults, predicate } from '../../query/evaluate/evaluate.ts';
import { columnsOf, mapExpr, walkExpr } from '../../query/syntax/walk.ts';

/** A path is bound by a term that is false for the same program in any of these. */
const TEMPORARY_FOLDERS = [
  'c:\\users\\someone\\appdata\\local\\temp\\',
  'c:\\windows\\temp\\',
  'c:\\users\\someone\\downloads\\',
  'c:\\users\\public\\',
  '/tmp/',
];
const TEMPORARY_FOLDER = /\\(temp|tmp|downloads)\\|\\users\\+public\\|\/(var\/)?tmp\/|\/dev\/shm\//i;
const NAME_FIELDS: ReadonlyMap<string, ColumnType> = new Map([
  ['process.name', 'keyword'],
  ['process.executable', 'keyword'],
]);

/** A term that asks for a value of one of these says by whom signed, where to or who; a port alone is no destination. */
const BINDING =
  /^(process\.(code_signature|hash)\.|process\.pe\.imphash$|process\.parent\.executable$|destination\.(?!port$|bytes$|packets$)|user\.)/;
/** What every service of Windows runs in has one path, signature and account: only this tells one from another. */
const SERVICE_BINDING = /^(process\.(command_line|args)$|destination\.(?!port$|bytes$|packets$))/;

/** Where programs are looked for, and which fields bind them. */
interface Guise {
  readonly folders: readonly string[];
  readonly binding: RegExp;
}
const ANY_PROGRAM: Guise = { folders: TEMPORARY_FOLDERS, binding: BINDING };
/** For `namedAlone`: programs that Windows itself runs as hosts of services. */
export const SERVICE_HOST: Guise = {
  folders: [...TEMPORARY_FOLDERS, 'c:\\windows\\system32\\', 'c:\\windows\\'],
  binding: SERVICE_BINDING,
};

/** What a condition asks of an event: never met, met by whatever else is true, met by what it names as well. */
export type Answer = 'no' | 'free' | 'named';
/** Answers for one term of a condition: no AND, OR or NOT around it but that of a negated term. */
export type Judge = (term: Expr) => Answer;

/** A condition as it is judged: values in place of parameters, `field : "text"` and COALESCE(x, false) as what they ask. */
export function asked(condition: Expr, params: Readonly<Record<string, ParamValue>>): Expr {
  return mapExpr(condition, (node) => plain(node, params));
}

/** One way is enough for OR, each operand is needed for AND; under NOT the two change places. */
export function answerOf(expr: Expr, judge: Judge, negated = false): Answer {
  if (expr.kind === 'not') return answerOf(expr.operand, judge, !negated);
  if (expr.kind !== 'and' && expr.kind !== 'or') return judge(negated ? opposite(expr) : expr);
  const answers = new Set(expr.operands.map((operand) => answerOf(operand, judge, negated)));
  const needsAll = (expr.kind === 'and') !== negated;
  if (needsAll && answers.has('no')) return 'no';
  return answers.has('named') ? 'named' : answers.has('free') ? 'free' : 'no';
}

/**
 * Asks which of some programs (Windows file names, lower case, without the ending) a condition is true for by name alone:
 * the first, null where every way to meet it also binds a path, a signature, a destination, a user or a parent's path.
 * Judged by asking it of each program in a temporary folder: terms on name and path are evaluated, binding terms count as
 * not met, others as met. Each term is compiled and asked once, however many programs are looked for.
 */
export function namedAlone(
  condition: Expr,
  programs: readonly string[],
  guise: Guise = ANY_PROGRAM,
): (among: readonly string[]) => string | null {
  const known = new Map<Expr, Reach>();
  const reach = (term: Expr): Reach => {
    const found = known.get(term) ?? reachOf(term, programs, guise);
    known.set(term, found);
    return found;
  };
  return (among) => among.find((program) => answerOf(condition, judgeProgram(program, reach)) === 'named') ?? null;
}

/** Whether a term names a temporary folder: whatever program it also names, an intruder can put one there. */
export function judgeFolder(term: Expr): Answer {
  const columns = columnsOf(term);
  if (!columns.has('process.executable')) return binds(term, BINDING) ? 'no' : 'free';
  if (!isPositive(term)) return 'free';
  return textsOf(term).some((text) => TEMPORARY_FOLDER.test(text)) ? 'named' : 'no';
}

/** Values in place of parameters, and `field : "text"` as the comparison that it is for a field of one value. */
function plain(node: Expr, params: Readonly<Record<string, ParamValue>>): Expr {
  if (node.kind === 'match') return compare(node.field, '==', node.query);
  if (node.kind === 'call' && node.name === 'COALESCE' && node.args.length === 2) {
    const [value, stand] = node.args;
    if (value !== undefined && stand?.kind === 'literal' && stand.type === 'boolean') return value;
  }
  return inlineParam(expandList(node, params), params);
}

function opposite(term: Expr): Expr {
  return term.kind === 'compare' && term.op === '!=' ? { ...term, op: '==' } : not(term);
}

/** What a term can hide by name: these programs; or nothing, as it binds; or whatever else is true, as it is about neither. */
type Reach = 'no' | 'free' | ReadonlySet<string>;

function judgeProgram(program: string, reach: (term: Expr) => Reach): Judge {
  return (term) => {
    const reached = reach(term);
    if (typeof reached === 'string') return reached;
    return reached.has(program) ? 'named' : 'no';
  };
}

function reachOf(term: Expr, programs: readonly string[], { folders, binding }: Guise): Reach {
  if (isAboutName(term)) return programsNamed(term, programs, folders);
  return binds(term, binding) ? 'no' : 'free';
}

function programsNamed(term: Expr, programs: readonly string[], folders: readonly string[]): ReadonlySet<string> {
  const possible = candidates(term, programs);
  if (possible.length === 0) return new Set();
  const holds = testOf(term);
  const places = columnsOf(term).has('process.executable') ? folders : [''];
  const isNamed = (program: string) =>
    places.some((folder) => holds(rowOf(folder, `${program}.exe`)) || holds(rowOf(folder, program)));
  return new Set(possible.filter(isNamed));
}

/** Of a column that must equal a text, only programs in that text can be meant: asking all of 10,000 names takes seconds. */
function candidates(term: Expr, programs: readonly string[]): readonly string[] {
  const isEqual = term.kind === 'compare' && term.op === '==';
  const value = isEqual ? term.left : term.kind === 'in' && !term.negated ? term.value : null;
  if (value?.kind !== 'column') return programs;
  const texts = textsOf(term).map((text) => text.toLowerCase());
  return programs.filter((program) => texts.some((text) => text.includes(program)));
}

function rowOf(folder: string, name: string): Row {
  return new Map([
    ['process.name', name],
    ['process.executable', folder + name],
  ]);
}

function isAboutName(term: Expr): boolean {
  const columns = [...columnsOf(term)];
  return columns.length > 0 && columns.every((name) => NAME_FIELDS.has(name));
}

function binds(term: Expr, binding: RegExp): boolean {
  return isPositive(term) && [...columnsOf(term)].some((name) => binding.test(name));
}

/** Whether a term asks for a value; not for the lack of one, for any other, or for any at all. */
export function isPositive(term: Expr): boolean {
  if (term.kind === 'compare') return term.op === '==' && !isFalse(term.left) && !isFalse(term.right);
  if (term.kind === 'in') return !term.negated;
  if (term.kind === 'like' || term.kind === 'rlike') return !term.negated && textsOf(term).every(hasOwnText);
  return term.kind === 'call' || term.kind === 'column';
}

function isFalse(expr: Expr): boolean {
  return expr.kind === 'literal' && expr.value === false;
}

/** A pattern of wildcards only asks for nothing. */
function hasOwnText(pattern: string): boolean {
  return /[^*?.+]/.test(pattern);
}

/** The texts that a term compares something with. */
export function textsOf(term: Expr): string[] {
  const texts: string[] = [];
  const add = (literal: Literal) => (typeof literal.value === 'string' ? texts.push(literal.value) : 0);
  walkExpr(term, (node) => {
    if (node.kind === 'literal') add(node);
    if (node.kind === 'like' || node.kind === 'rlike') node.patterns.forEach(add);
  });
  return texts;
}

/** A term on name and path as a test of a row in lower case; one that rows cannot answer is never met. */
function testOf(term: Expr): (row: Row) => boolean {
  const scope = { types: NAME_FIELDS, params: {} };
  const forms = [term, mapExpr(term, lowered)].filter((form) => exprFaults(form, scope).length === 0);
  const tests = forms.map((form) => predicate(form, scope));
  return (row) => tests.some((holds) => holds(row) === true);
}

/** Names and paths of Windows have no case. */
function lowered(node: Expr): Expr {
  if (node.kind === 'literal') return loweredLiteral(node);
  return node.kind === 'like' || node.kind === 'rlike'
    ? { ...node, patterns: node.patterns.map(loweredLiteral) }
    : node;
}

function loweredLiteral(literal: Literal): Literal {
  return typeof literal.value === 'string' ? { ...literal, value: literal.value.toLowerCase() } : literal;
}
