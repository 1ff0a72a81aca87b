import type { ParamValue } from '../../core/hunt.ts';
import type { ColumnType, Row } from '../../core/row.ts';
import type { Expr, Literal } from '../../query/ast.ts';
import { compare, not } from '../../query/build.ts';
import { expandList, inlineParam } from '../../query/compile/params.ts';
import { exprFaults, predicate } from '../../query/evaluate.ts';
import { columnsOf, mapExpr, walkExpr } from '../../query/walk.ts';

/**
 * Programs that intruders use because they are everywhere: an exception on their name alone would hide the intruder
 * with them. Windows file names, lower case, without the ending.
 */
const PROTECTED_PROGRAMS: readonly string[] = [
  // shells
  'cmd powershell powershell_ise pwsh bash sh zsh wsl',
  // script hosts and programs that run what they are given
  'cscript wscript mshta rundll32 regsvr32 msbuild installutil regasm regsvcs cmstp hh java javaw javaws',
  'python pythonw node perl wmic msiexec mavinject control',
  // administrative tools
  'at schtasks sc net net1 reg netsh certutil bitsadmin psexec psexec64 psexesvc wsmprovhost winrs dsquery',
  'nltest procdump mmc taskkill tasklist nslookup wuauclt',
  // tunnels, transfer and synchronisation
  'cloudflared ngrok rclone plink putty ssh scp sftp curl wget azcopy gsutil aws megasync',
].flatMap((line) => line.split(' '));

/** A path is bound by a term that is false for the same program in any of these. */
const TEMPORARY_FOLDERS = [
  'c:\\users\\someone\\appdata\\local\\temp\\',
  'c:\\windows\\temp\\',
  'c:\\users\\someone\\downloads\\',
  '/tmp/',
];
const TEMPORARY_FOLDER = /\\(temp|tmp|downloads)\\|\/tmp\//i;
const NAME_FIELDS: ReadonlyMap<string, ColumnType> = new Map([
  ['process.name', 'keyword'],
  ['process.executable', 'keyword'],
]);

/** A term that asks for a value of one of these says by whom signed, where to or who; a port alone is no destination. */
const BINDING =
  /^(process\.(code_signature|hash)\.|process\.pe\.imphash$|process\.parent\.executable$|destination\.(?!port$|bytes$|packets$)|user\.)/;

/** What a condition asks of a program: never met, met by whatever else is true, met by its name or folder as well. */
type Answer = 'no' | 'free' | 'named';
type Judge = (term: Expr) => Answer;

/**
 * The protected program, or temporary folder, that a condition hides by name alone; null where every way to meet it also
 * binds a path, a signature, a destination, a user or a parent's path. Judged by asking it of each protected program in
 * a temporary folder: terms on name and path are evaluated, binding terms count as not met, others as met.
 */
export function protectedByNameAlone(when: Expr, params: Readonly<Record<string, ParamValue>>): string | null {
  const condition = mapExpr(when, (node) => plain(node, params));
  if (answerOf(condition, judgeFolder, false) === 'named') return 'programs in a temporary folder';
  const reach = reachOf();
  return (
    PROTECTED_PROGRAMS.find((program) => answerOf(condition, judgeProgram(program, reach), false) === 'named') ?? null
  );
}

/** One way is enough for OR, each operand is needed for AND; under NOT the two change places. */
function answerOf(expr: Expr, judge: Judge, negated: boolean): Answer {
  if (expr.kind === 'not') return answerOf(expr.operand, judge, !negated);
  if (expr.kind !== 'and' && expr.kind !== 'or') return judge(negated ? opposite(expr) : expr);
  const answers = new Set(expr.operands.map((operand) => answerOf(operand, judge, negated)));
  const needsAll = (expr.kind === 'and') !== negated;
  if (needsAll && answers.has('no')) return 'no';
  return answers.has('named') ? 'named' : answers.has('free') ? 'free' : 'no';
}

/** Values in place of parameters, and `field : "text"` as the comparison that it is for a field of one value. */
function plain(node: Expr, params: Readonly<Record<string, ParamValue>>): Expr {
  if (node.kind === 'match') return compare(node.field, '==', node.query);
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

/** Each term is compiled and asked once, however many programs are looked for. */
function reachOf(): (term: Expr) => Reach {
  const known = new Map<Expr, Reach>();
  return (term) => {
    const reach = known.get(term) ?? (isAboutName(term) ? programsNamed(term) : binds(term) ? 'no' : 'free');
    known.set(term, reach);
    return reach;
  };
}

function programsNamed(term: Expr): ReadonlySet<string> {
  const holds = testOf(term);
  const folders = columnsOf(term).has('process.executable') ? TEMPORARY_FOLDERS : [''];
  const isNamed = (program: string) =>
    folders.some((folder) => holds(rowOf(folder, `${program}.exe`)) || holds(rowOf(folder, program)));
  return new Set(PROTECTED_PROGRAMS.filter(isNamed));
}

function rowOf(folder: string, name: string): Row {
  return new Map([
    ['process.name', name],
    ['process.executable', folder + name],
  ]);
}

/** Whether a term names a temporary folder: whatever program it also names, an intruder can put one there. */
function judgeFolder(term: Expr): Answer {
  const columns = columnsOf(term);
  if (!columns.has('process.executable')) return binds(term) ? 'no' : 'free';
  if (!isPositive(term)) return 'free';
  return textsOf(term).some((text) => TEMPORARY_FOLDER.test(text)) ? 'named' : 'no';
}

function isAboutName(term: Expr): boolean {
  const columns = [...columnsOf(term)];
  return columns.length > 0 && columns.every((name) => NAME_FIELDS.has(name));
}

function binds(term: Expr): boolean {
  return isPositive(term) && [...columnsOf(term)].some((name) => BINDING.test(name));
}

/** Whether a term asks for a value; not for the lack of one, for any other, or for any at all. */
function isPositive(term: Expr): boolean {
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

function textsOf(term: Expr): string[] {
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
