// What no exclusion may hide by itself, since intruders hide behind it: a rule each, by the name that `hunt check` tells and
// docs/exclusions.md explains.
import type { ParamValue } from '../../core/hunt.ts';
import type { Expr } from '../../query/syntax/ast.ts';
import { columnsOf } from '../../query/syntax/walk.ts';
import {
  type Answer,
  answerOf,
  asked,
  isPositive,
  type Judge,
  judgeFolder,
  namedAlone,
  SERVICE_HOST,
  textsOf,
} from './protected.ts';

/** A rule that an exclusion breaks. */
export interface Hiding {
  readonly rule: NeverRule;
  /** Of an exception; one of a hunt itself is a warning, as the hunt may be about something else. */
  readonly severity: 'error' | 'warning';
  /** `powershell by name alone`: what is hidden. */
  readonly what: string;
  readonly hint: string;
}

type NeverRule = `never-exclude-${string}`;

interface ProgramRule {
  readonly rule: NeverRule;
  readonly severity: 'error' | 'warning';
  readonly programs: readonly string[];
  readonly hint: string;
}

/** Programs by the reason for which intruders use them; all are Windows file names, lower case, without the ending. */
const BIND = 'Bind it to a path outside temporary folders, a signature, a destination or a user as well';

const PROGRAM_RULES: readonly ProgramRule[] = [
  {
    rule: 'never-exclude-shell',
    severity: 'error',
    hint: BIND,
    programs: words('cmd powershell powershell_ise pwsh bash sh zsh wsl'),
  },
  {
    rule: 'never-exclude-script-host', // and what else runs the code it is given
    severity: 'error',
    hint: BIND,
    programs: words('cscript wscript mshta hh java javaw javaws python pythonw node perl'),
  },
  {
    rule: 'never-exclude-administrative-tool',
    severity: 'error',
    hint: BIND,
    programs: words(
      'at schtasks sc net net1 reg wmic netsh psexec psexec64 psexesvc wsmprovhost winrs dsquery nltest procdump mmc ' +
        'taskkill tasklist driverquery nbtstat nslookup qprocess qwinsta rwinsta',
    ),
  },
  {
    rule: 'never-exclude-tunnel-or-sync-tool',
    severity: 'error',
    hint: `${BIND}; the user says whose cloud it is`,
    programs: words(
      'cloudflared ngrok rclone plink putty ssh scp sftp curl wget azcopy gsutil aws cmd5 megasync onedrive dropbox ' +
        'googledrivefs googledrivesync',
    ),
  },
  {
    rule: 'never-exclude-native-tool',
    severity: 'error',
    hint: BIND,
    programs: words(
      'rundll32 regsvr32 msbuild installutil regasm regsvcs cmstp msiexec mavinject control certutil bitsadmin ' +
        'infdefaultinstall notepad replace wuauclt',
    ),
  },
  {
    rule: 'never-exclude-browser-by-name',
    severity: 'warning',
    hint: 'Bind it to its folder or its signature: an intruder names his program like one',
    programs: words('chrome msedge firefox iexplore brave opera'),
  },
];
const PROGRAMS = PROGRAM_RULES.flatMap((rule) => rule.programs);
const SERVICE_HOSTS = words('svchost dllhost taskhostw services lsass');

function words(text: string): string[] {
  return text.split(' ');
}

/** Fields that name a destination, by ECS. */
const NAMED_DESTINATION =
  /^(destination\.(domain|registered_domain|address|as\.organization\.name)|server\.domain|dns\.question\.(name|registered_domain)|url\.(domain|registered_domain|full|original)|tls\.client\.server_name)$/;
/** Of those what Sysmon and other sensors take from a reverse lookup: whoever owns the address chooses the name. */
const REVERSE_NAME = /^(destination\.(domain|registered_domain|address)|server\.domain)$/;
/** Services that anybody can rent or open an account with, so that a name there tells nothing of whose data goes there. */
const CLOUD_SERVICE =
  /amazonaws|cloudfront|azure|windows\.net|sharepoint|onedrive|1drv|google|appspot|dropbox|(^|[*.])box\.com|mega\.(nz|io|co)|cloudflare|argotunnel|workers\.dev|pages\.dev|r2\.dev|ngrok|backblaze|wasabi|digitalocean|herokuapp|fastly|akamai|github|gitlab|pastebin|discord|telegram|slack/i;
/** The same by the name of the network. */
const CLOUD_NETWORK =
  /amazon|microsoft|google|cloudflare|akamai|fastly|digitalocean|linode|hetzner|ovh|oracle|alibaba|dropbox/i;
const PORTS: ReadonlySet<string> = new Set(['destination.port', 'source.port']);
/** What is said of a connection besides who makes it and where it goes. */
const MANNER =
  /^(network\.(transport|direction|type|protocol|iana_number)|event\.|destination\.(bytes|packets)|source\.bytes)/;

const RULES: readonly (Omit<Hiding, 'what'> & { readonly judge: Judge; readonly what: string })[] = [
  {
    rule: 'never-exclude-temporary-folder',
    severity: 'error',
    what: 'programs in a temporary folder, which everybody can write',
    hint: 'Name the folder in which the program is installed, or bind it to a signature as well',
    judge: judgeFolder,
  },
  {
    rule: 'never-exclude-cloud-service',
    severity: 'error',
    what: 'a cloud service, whoever sends there',
    hint: 'Bind it to the path or signature of the program that may, to a user or to a host as well',
    judge: judgeCloud,
  },
  {
    rule: 'never-exclude-port-alone',
    severity: 'warning',
    what: 'a port, whatever speaks there',
    hint: 'Bind it to the path or signature of the program that uses it, or to a destination',
    judge: judgePort,
  },
];
const REVERSE_RULE: (typeof RULES)[number] = {
  rule: 'never-exclude-looked-up-name',
  severity: 'warning',
  what: 'whoever gives his address that name: it may come from a reverse lookup',
  hint: 'Bind it to an address, or to the path or signature of the program as well',
  judge: judgeReverseName,
};

export interface NeverContext {
  readonly params: Readonly<Record<string, ParamValue>>;
  /** Whether a source of the hunt has names of destinations from reverse lookups. */
  readonly looksUp: boolean;
}

/** Every rule that leaving out what the condition is true for would break, with what it hides. */
export function hiddings(condition: Expr, { params, looksUp }: NeverContext): Hiding[] {
  const plain = asked(condition, params);
  const others = (looksUp ? [...RULES, REVERSE_RULE] : RULES).filter(({ judge }) => answerOf(plain, judge) === 'named');
  // In a temporary folder lies what an intruder puts there, whatever its name.
  const named = others.some(({ judge }) => judge === judgeFolder) ? [] : [...byName(plain), ...serviceHosts(plain)];
  return [...named, ...others.map(({ rule, severity, what, hint }) => ({ rule, severity, what, hint }))];
}

function byName(condition: Expr): Hiding[] {
  const named = namedAlone(condition, PROGRAMS);
  return PROGRAM_RULES.flatMap(({ rule, severity, hint, programs }): Hiding[] => {
    const program = named(programs);
    return program === null ? [] : [{ rule, severity, what: `${program} by name alone`, hint }];
  });
}

function serviceHosts(condition: Expr): Hiding[] {
  const host = namedAlone(condition, SERVICE_HOSTS, SERVICE_HOST)(SERVICE_HOSTS);
  if (host === null) return [];
  const hint = 'Bind it to a destination, or to the service that its command line names';
  return [
    { rule: 'never-exclude-service-host', severity: 'warning', what: `${host}, whatever service runs in it`, hint },
  ];
}

function judgeCloud(term: Expr): Answer {
  const columns = [...columnsOf(term)];
  const isNamed = columns.length > 0 && columns.every((name) => NAMED_DESTINATION.test(name));
  if (!isPositive(term)) return 'free';
  const cloud = columns.includes('destination.as.organization.name') ? CLOUD_NETWORK : CLOUD_SERVICE;
  if (isNamed) return textsOf(term).some((text) => cloud.test(text)) ? 'named' : 'no';
  return isApartFromWho(columns) ? 'free' : 'no';
}

function judgePort(term: Expr): Answer {
  const columns = [...columnsOf(term)];
  if (columns.length > 0 && columns.every((name) => PORTS.has(name))) return isPositive(term) ? 'named' : 'free';
  if (!isPositive(term)) return 'free';
  return columns.every((name) => MANNER.test(name)) ? 'free' : 'no';
}

function judgeReverseName(term: Expr): Answer {
  const columns = [...columnsOf(term)];
  if (!isPositive(term)) return 'free';
  if (columns.length > 0 && columns.every((name) => REVERSE_NAME.test(name))) return 'named';
  return isApartFromWho(columns) ? 'free' : 'no';
}

/** Whether a term says nothing of who or where to: a name of a program can be taken by anybody. */
function isApartFromWho(columns: readonly string[]): boolean {
  return columns.every((name) => name === 'process.name' || PORTS.has(name) || MANNER.test(name));
}
