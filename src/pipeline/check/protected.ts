import type { CheckedException } from '../checked.ts';
import type { Expr } from '../../query/ast.ts';
import { columnsOf } from '../../query/walk.ts';

/**
 * Programs that intruders use because they are everywhere: an exception on their name alone would hide the intruder
 * with them. Windows file names, lower case, without the ending.
 */
const PROTECTED_PROGRAMS: ReadonlySet<string> = new Set([
  // shells
  ...['cmd', 'powershell', 'powershell_ise', 'pwsh', 'bash', 'sh', 'zsh', 'wsl'],
  // script hosts and programs that run what they are given
  ...['cscript', 'wscript', 'mshta', 'rundll32', 'regsvr32', 'msbuild', 'installutil', 'regasm', 'regsvcs', 'cmstp'],
  ...['hh', 'java', 'javaw', 'javaws', 'python', 'pythonw', 'node', 'perl', 'wmic', 'msiexec', 'mavinject', 'control'],
  // administrative tools
  ...['at', 'schtasks', 'sc', 'net', 'net1', 'reg', 'netsh', 'certutil', 'bitsadmin', 'psexec', 'psexec64', 'psexesvc'],
  ...['wsmprovhost', 'winrs', 'dsquery', 'nltest', 'procdump', 'mmc', 'taskkill', 'tasklist', 'nslookup', 'wuauclt'],
  // tunnels, transfer and synchronisation
  ...['cloudflared', 'ngrok', 'rclone', 'plink', 'putty', 'ssh', 'scp', 'sftp', 'curl', 'wget', 'azcopy', 'gsutil', 'aws', 'megasync'],
]);

/** Terms on these say where from, by whom signed, where to or who: with one of them an exception is about one thing. */
const BINDING_PREFIXES = ['process.executable', 'process.code_signature.', 'process.hash.', 'process.pe.', 'destination.', 'user.', 'process.parent.executable'];

const NAME_FIELDS: ReadonlySet<string> = new Set(['process.name', 'process.executable']);
const TEMPORARY_FOLDER = /\\(temp|tmp)\\|\/tmp\/|\\appdata\\local\\temp|\\downloads\\/i;
const BRANCHES_MAX = 1_000;

/** The protected program or temporary folder that an exception hides by name alone, or null. */
export function protectedByNameAlone({ when }: Pick<CheckedException, 'when'>): string | null {
  for (const branch of branchesOf(when)) {
    const named = branch.flatMap(protectedNames);
    const temporary = branch.some(namesTemporaryFolder);
    const bound = branch.some((term) => binds(term) && !namesTemporaryFolder(term));
    if (bound) continue;
    if (temporary) return 'programs in a temporary folder';
    if (named[0] !== undefined) return named[0];
  }
  return null;
}

/** The ways a condition can be true: each a list of terms that hold together. */
function branchesOf(expr: Expr): Expr[][] {
  if (expr.kind === 'or') return expr.operands.flatMap(branchesOf).slice(0, BRANCHES_MAX);
  if (expr.kind !== 'and') return [[expr]];
  return expr.operands.reduce<Expr[][]>(
    (joined, operand) => {
      const further = branchesOf(operand);
      return joined.flatMap((branch) => further.map((terms) => [...branch, ...terms])).slice(0, BRANCHES_MAX);
    },
    [[]],
  );
}

function binds(term: Expr): boolean {
  if (term.kind === 'not' || (term.kind === 'is_null' && !term.negated)) return false;
  return [...columnsOf(term)].some((name) => BINDING_PREFIXES.some((prefix) => name === prefix || name.startsWith(prefix)));
}

function protectedNames(term: Expr): string[] {
  if (![...columnsOf(term)].some((name) => NAME_FIELDS.has(name))) return [];
  return textsOf(term).flatMap((text) => [...PROTECTED_PROGRAMS].filter((program) => matches(text, program)).slice(0, 1));
}

/** Whether a compared text or pattern (`*shell.exe`) covers a program: `powershell.exe` or the bare name. */
function matches(text: string, program: string): boolean {
  const pattern = text.toLowerCase();
  if (!/[*?]/.test(pattern)) return pattern === program || pattern === `${program}.exe`;
  const regular = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${regular}$`, 's').test(`${program}.exe`);
}

function namesTemporaryFolder(term: Expr): boolean {
  return columnsOf(term).has('process.executable') && textsOf(term).some((text) => TEMPORARY_FOLDER.test(text));
}

/** Constants that a positive term compares with. */
function textsOf(term: Expr): string[] {
  const literals = (items: readonly Expr[]) =>
    items.flatMap((item) => (item.kind === 'literal' && typeof item.value === 'string' ? [item.value] : []));
  switch (term.kind) {
    case 'compare':
      return term.op === '==' ? literals([term.left, term.right]) : [];
    case 'in':
      return term.negated ? [] : literals(term.list);
    case 'like':
    case 'rlike':
      return term.negated ? [] : literals(term.patterns);
    case 'call':
      return prefixPattern(term.name, literals(term.args));
    default:
      return [];
  }
}

function prefixPattern(name: string, texts: readonly string[]): string[] {
  if (name === 'STARTS_WITH') return texts.map((text) => `${text}*`);
  return name === 'ENDS_WITH' ? texts.map((text) => `*${text}`) : [];
}
