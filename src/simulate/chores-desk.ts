import { DAY_MS, MINUTE_MS, SECOND_MS } from '../core/time.ts';
import {
  begin,
  belongs,
  desktop,
  logsOn,
  POWERSHELL,
  scheduler,
  script,
  services,
  SYSTEM32,
  SYSTEM_ACCOUNT,
  usual,
} from './chore.ts';
import { lookup, toService, type Traffic } from './connect.ts';
import type { Happening, Installed } from './happening.ts';
import type { Habit, Occasion } from './habits.ts';
import { BACKS, FRONTS } from './names.ts';
import { PROGRAMS } from './programs.ts';
import { Draws } from './random.ts';
import { publicAddress } from './addresses.ts';

const OFFICE = 'C:\\Program Files\\Microsoft Office\\root\\Office16';
const FETCH: Traffic = { port: 443, sent: 1_200, received: 900_000, lastsMs: 6_000 };
/** Share of desks at which somebody writes programs. */
const DEVELOPERS = 0.04;

const WRITERS = [
  ['WINWORD.EXE', 'minutes.docx'],
  ['EXCEL.EXE', 'budget.xlsx'],
  ['POWERPNT.EXE', 'review.pptx'],
  ['WINWORD.EXE', 'letter.docx'],
] as const;

/** What Windows does at a desk without being asked. */
const MAINTENANCE = [
  ['taskhostw.exe', 'taskhostw.exe'],
  ['backgroundTaskHost.exe', 'backgroundTaskHost.exe -ServerName:App.Appx'],
  ['rundll32.exe', 'rundll32.exe C:\\Windows\\system32\\invagent.dll,RunUpdate -noappraiser'],
  ['rundll32.exe', 'rundll32.exe Startupscan.dll,SusRunTask'],
  ['sc.exe', 'sc.exe start w32time task_started'],
  ['gpupdate.exe', 'gpupdate.exe /target:computer'],
  ['wuauclt.exe', 'wuauclt.exe /UpdateDeploymentProvider UpdateDeploymentProvider.dll /ClassId 1 /RunHandlerComServer'],
] as const;

/** What people type or click now and then. */
const UTILITIES = [
  ['notepad.exe', 'notepad.exe C:\\Users\\{user}\\Documents\\notes.txt'],
  ['calc.exe', 'calc.exe'],
  ['SnippingTool.exe', 'SnippingTool.exe'],
  ['control.exe', 'control.exe printers'],
  ['rundll32.exe', 'rundll32.exe shell32.dll,Control_RunDLL desk.cpl'],
  ['mmc.exe', 'mmc.exe C:\\Windows\\System32\\devmgmt.msc'],
] as const;

/** What a help desk asks people to type, when something is slow. */
const REPAIRS = [
  ['ipconfig.exe', 'ipconfig /all'],
  ['nslookup.exe', 'nslookup intranet.corp.example'],
  ['netstat.exe', 'netstat -e'],
  ['net.exe', 'net use'],
  ['whoami.exe', 'whoami'],
] as const;

export const DESK_CHORES: readonly Habit[] = [
  { name: 'documents', role: 'workstation', when: 'work', perHour: 0.8, act: documents },
  { name: 'tabs', role: 'workstation', when: 'work', perHour: 0.8, act: tabs },
  { name: 'maintenance', role: 'workstation', when: 'always', perHour: 0.15, act: maintenance },
  { name: 'log on at the desk', role: 'workstation', when: 'work', perHour: 0.12, act: drives },
  { name: 'shares', role: 'workstation', when: 'work', perHour: 0.5, act: shares },
  { name: 'inventory', role: 'workstation', when: 'always', perHour: 0.04, act: inventory },
  { name: 'utilities', role: 'workstation', when: 'work', perHour: 0.15, act: utilities },
  { name: 'repairs', role: 'workstation', when: 'work', perHour: 0.002, act: repairs },
  { name: 'installers', role: 'workstation', when: 'work', perHour: 0.001, act: installers },
  { name: 'own updates', role: 'workstation', when: 'work', perHour: 0.02, act: ownUpdates },
  { name: 'rolled out', role: 'workstation', when: 'work', perHour: 0.4, act: rolledOut },
  { name: 'building', role: 'workstation', when: 'work', perHour: 0.5, act: building },
];

function documents(occasion: Occasion): readonly Happening[] {
  const [program, file] = occasion.draws.pick(WRITERS);
  const path = `${OFFICE}\\${program}`;
  const line = `"${path}" /n "C:\\Users\\{user}\\Documents\\${file}"`;
  return [begin(occasion, { path, line, parent: desktop(occasion), signer: 'Microsoft Corporation' })];
}

function tabs(occasion: Occasion): readonly Happening[] {
  const { host, at, processes } = occasion;
  const parent = processes(host, host.browser, at);
  const path = parent.executable ?? '';
  return [begin(occasion, { path, line: `"${path}" --type=renderer --lang=en-US`, parent, signer: parent.signer })];
}

function maintenance(occasion: Occasion): readonly Happening[] {
  const { host, draws, office } = occasion;
  const [program, line] = draws.pick(MAINTENANCE);
  const parent = scheduler(office, host);
  return [begin(occasion, { path: `${SYSTEM32}\\${program}`, line, parent, account: SYSTEM_ACCOUNT })];
}

/** A script at logon maps drives, on every desk. */
function drives(occasion: Occasion): readonly Happening[] {
  const { host, office } = occasion;
  const shell = begin(occasion, {
    path: `${SYSTEM32}\\cmd.exe`,
    line: 'cmd.exe /c \\\\corp.example\\netlogon\\logon.cmd',
    parent: desktop(occasion),
  });
  const line = 'net use G: \\\\srv-001\\groups /persistent:no';
  const map = begin(occasion, { path: `${SYSTEM32}\\net.exe`, line, parent: shell.process, after: SECOND_MS });
  const controllers = usual(occasion, office.byRole['domain controller'], 1);
  return [shell, map, ...controllers.map((controller) => logsOn(occasion, controller, host.user, 3))];
}

/** A person uses the shares of a few servers. */
function shares(occasion: Occasion): readonly Happening[] {
  const { office, draws, host } = occasion;
  const servers = usual(occasion, office.byRole.server, 3);
  return servers.length === 0 ? [] : [logsOn(occasion, draws.pick(servers), host.user, 3)];
}

/** The agent of the administrators asks what the machine has. */
function inventory(occasion: Occasion): readonly Happening[] {
  const { host, at, office, processes } = occasion;
  const agent = { ...processes(host, 'svchost', at), executable: PROGRAMS.watch.path, signer: PROGRAMS.watch.signer };
  const parent = { ...agent, uuid: new Draws(office.seed, 'agent', host.name).uuid() };
  const line = 'powershell.exe -NoProfile -File "C:\\Program Files\\Harborwatch\\inventory.ps1"';
  const shell = begin(occasion, { path: POWERSHELL, line, parent, account: SYSTEM_ACCOUNT });
  const text = 'Get-CimInstance Win32_OperatingSystem | Select-Object Version, LastBootUpTime | ConvertTo-Json';
  return [shell, script(occasion, shell.process, text)];
}

function utilities(occasion: Occasion): readonly Happening[] {
  const [program, line] = occasion.draws.pick(UTILITIES);
  return [begin(occasion, { path: `${SYSTEM32}\\${program}`, line, parent: desktop(occasion) })];
}

function repairs(occasion: Occasion): readonly Happening[] {
  const shell = begin(occasion, { path: `${SYSTEM32}\\cmd.exe`, parent: desktop(occasion) });
  const asked = occasion.draws.shuffle(REPAIRS).slice(0, occasion.draws.whole(1, 3));
  const typed = asked.map(([program, line], index) =>
    begin(occasion, {
      path: `${SYSTEM32}\\${program}`,
      line,
      parent: shell.process,
      after: (index + 1) * 20 * SECOND_MS,
    }),
  );
  return [shell, ...typed];
}

/** Somebody runs an installer out of the downloads; a few are popular, most are not. */
function installers(occasion: Occasion): readonly Happening[] {
  const { draws, office } = occasion;
  const name = `${draws.favour(FRONTS)}${draws.favour(BACKS)}`;
  const path = `C:\\Users\\{user}\\Downloads\\${name}-setup.exe`;
  const setup = begin(occasion, { path, line: `"${path}"`, parent: desktop(occasion), signer: `${name} Inc` });
  const host = new Draws(office.seed, 'vendor', name);
  const vendor = { domain: `download.${name}.example`, addresses: [publicAddress('america', host)] };
  const later = occasion.at + 5 * SECOND_MS;
  return [
    setup,
    lookup(vendor, later, setup.process),
    toService(vendor, later + 20, setup.process, FETCH, draws),
    begin(occasion, {
      path: `${SYSTEM32}\\msiexec.exe`,
      line: `msiexec.exe /i C:\\Users\\{user}\\AppData\\Local\\Temp\\${name}.msi /qb`,
      parent: setup.process,
      after: MINUTE_MS,
    }),
  ];
}

/** A program that keeps itself up to date, and puts in its service anew. */
function ownUpdates(occasion: Occasion): readonly Happening[] {
  const { host, at } = occasion;
  const process = services(occasion, host);
  const installer = begin(occasion, {
    path: `${SYSTEM32}\\msiexec.exe`,
    line: 'C:\\Windows\\system32\\msiexec.exe /V',
    parent: process,
    account: SYSTEM_ACCOUNT,
  });
  const path = '"C:\\Program Files\\Tidepad\\Update\\tideupdate.exe" /svc';
  const renewed: Installed = {
    kind: 'service',
    at: at + 20 * SECOND_MS,
    process,
    name: 'tideupdate',
    path,
    account: SYSTEM_ACCOUNT,
    plant: null,
  };
  return occasion.draws.chance(0.1) ? [installer, renewed] : [installer];
}

/** Days between two programs that are rolled out, and how long it takes until the last desk has one. */
const ROLL_OUT_DAYS = 9;
const ADOPTED_DAYS = 8;
const PILOTS = 0.02;

/** A program that is rolled out: a few desks try it, some days later all the others have it. */
function rolledOut(occasion: Occasion): readonly Happening[] {
  const { office, host, at, draws } = occasion;
  const number = Math.floor(at / DAY_MS / ROLL_OUT_DAYS);
  const age = at / DAY_MS - number * ROLL_OUT_DAYS;
  const own = new Draws(office.seed, 'roll-out', host.name, number);
  const adopted = own.chance(PILOTS) ? 0 : 2 + own.unit() * (ADOPTED_DAYS - 2);
  if (age < adopted) return [];
  const product = new Draws(office.seed, 'product', number);
  const [name, port] = [product.pick(FRONTS), product.pick([443, 8443, 5222])];
  const path = `C:\\Program Files\\${name}\\${name}-agent.exe`;
  const service = { domain: `agents.${name}.example`, addresses: [publicAddress('europe', product)] };
  const started = begin(occasion, {
    path,
    line: `"${path}" --service`,
    parent: services(occasion, host),
    account: SYSTEM_ACCOUNT,
    signer: `${name} Inc`,
  });
  const later = at + 2 * SECOND_MS;
  const traffic: Traffic = { port, sent: 2_000, received: 5_000, lastsMs: 9_000 };
  const reached = toService(service, later + 20, started.process, traffic, draws);
  return draws.chance(0.3) ? [started, lookup(service, later, started.process), reached] : [started, reached];
}

const TOOLCHAIN = [
  ['C:\\Program Files\\Git\\cmd\\git.exe', 'git.exe fetch --all', 'code.corp.example', null],
  ['C:\\Program Files\\nodejs\\node.exe', 'node.exe npm-cli.js ci', 'registry.packages.example', null],
  [
    'C:\\Program Files\\Python312\\python.exe',
    'python.exe -m pip install -r requirements.txt',
    'index.packages.example',
    'Python Software Foundation',
  ],
  [
    'C:\\Windows\\System32\\curl.exe',
    'curl.exe -s https://api.packages.example/health',
    'api.packages.example',
    'Microsoft Windows',
  ],
] as const;

/** At the desks where programs are written, tools fetch what they need. */
function building(occasion: Occasion): readonly Happening[] {
  if (!belongs(occasion, 'developer', DEVELOPERS)) return [];
  const { draws, office, at } = occasion;
  const [path, line, domain, signer] = draws.pick(TOOLCHAIN);
  const shell = begin(occasion, { path: `${SYSTEM32}\\cmd.exe`, line: 'cmd.exe', parent: desktop(occasion) });
  const tool = begin(occasion, { path, line, parent: shell.process, signer, after: SECOND_MS });
  const address = new Draws(office.seed, 'packages', domain);
  const remote = { domain, addresses: [publicAddress('america', address), publicAddress('america', address)] };
  const later = at + 2 * SECOND_MS;
  return [shell, tool, lookup(remote, later, tool.process), toService(remote, later + 20, tool.process, FETCH, draws)];
}
