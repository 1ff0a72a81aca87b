import { SECOND_MS } from '../core/time.ts';
import {
  begin,
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
import { connection, lookup, toHost, toService, type Traffic } from './connect.ts';
import type { Connection, Happening } from './happening.ts';
import type { Habit, Occasion } from './habits.ts';
import type { Instance } from './instances.ts';
import type { Host } from './office.ts';
import type { ProgramName } from './programs.ts';
import { Draws } from './random.ts';

const WSMAN: Traffic = { port: 5985, sent: 6_000, received: 20_000, lastsMs: 15_000 };
const CALL: Traffic = { port: 443, sent: 3_000, received: 9_000, lastsMs: 4_000 };
const DESKTOP: Traffic = { port: 3389, sent: 700_000, received: 5_000_000, lastsMs: 600_000 };

/** What administrators type on a jump host. */
const QUESTIONS = [
  ['netstat.exe', 'netstat -ano'],
  ['nslookup.exe', 'nslookup srv-001'],
  ['ping.exe', 'ping -n 2 srv-001'],
  ['net.exe', 'net session'],
  ['net.exe', 'net user svc-backup /domain'],
  ['ipconfig.exe', 'ipconfig /all'],
  ['quser.exe', 'quser /server:srv-001'],
  ['tasklist.exe', 'tasklist /v'],
  ['sc.exe', 'sc.exe \\\\srv-001 query spooler'],
] as const;

/** What is scheduled on servers. */
const TASKS = [
  [
    'powershell.exe',
    'powershell.exe -NoProfile -File C:\\Scripts\\rotate-logs.ps1',
    'Get-ChildItem D:\\Logs -Filter *.log | Where-Object LastWriteTime -lt (Get-Date).AddDays(-14) | Remove-Item',
  ],
  [
    'powershell.exe',
    'powershell.exe -NoProfile -File C:\\Scripts\\health.ps1',
    'Get-Service W3SVC | Select-Object Name, Status',
  ],
  ['cmd.exe', 'cmd.exe /c C:\\Scripts\\export.cmd', null],
  ['taskhostw.exe', 'taskhostw.exe', null],
] as const;

export const SERVER_CHORES: readonly Habit[] = [
  { name: 'scheduled tasks', role: 'server', when: 'always', perHour: 0.5, act: tasks },
  { name: 'compiling pages', role: 'server', when: 'always', perHour: 0.01, act: compile },
  { name: 'partners', role: 'server', when: 'always', perHour: 0.3, act: partners },
  { name: 'controller tasks', role: 'domain controller', when: 'always', perHour: 0.5, act: tasks },
  { name: 'backup logons', role: 'backup', when: 'night', perHour: 10, act: backUp },
  { name: 'remote commands', role: 'jump host', when: 'work', perHour: 0.6, act: remoteCommands },
  { name: 'remote desktops', role: 'jump host', when: 'work', perHour: 0.6, act: serverDesktop },
  { name: 'help desk', role: 'jump host', when: 'work', perHour: 0.3, act: helpDesk },
  { name: 'questions', role: 'jump host', when: 'work', perHour: 0.8, act: questions },
];

function tasks(occasion: Occasion): readonly Happening[] {
  const { host, draws, office } = occasion;
  const [program, line, text] = draws.pick(TASKS);
  const path = program === 'powershell.exe' ? POWERSHELL : `${SYSTEM32}\\${program}`;
  const started = begin(occasion, { path, line, parent: scheduler(office, host), account: SYSTEM_ACCOUNT });
  return text === null ? [started] : [started, script(occasion, started.process, text)];
}

/** A web application compiles its pages when they were changed. */
function compile(occasion: Occasion): readonly Happening[] {
  const { host, at, processes } = occasion;
  const path = 'C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe';
  const line = `"${path}" /t:library /utf8output @"C:\\Windows\\Temp\\page.cmdline"`;
  return [begin(occasion, { path, line, parent: processes(host, 'web', at), account: SYSTEM_ACCOUNT })];
}

/** A web application asks those of a few partners that it works with, now and then one that is new. */
function partners(occasion: Occasion): readonly Happening[] {
  const { host, at, draws, office, processes } = occasion;
  const known = new Draws(office.seed, 'partners', host.name).shuffle(office.services.applications).slice(0, 2);
  const partner = draws.chance(0.002) ? draws.pick(office.services.applications) : draws.pick(known);
  const process = processes(host, 'web', at);
  return [lookup(partner, at, process), toService(partner, at + 20, process, CALL, draws)];
}

function backUp(occasion: Occasion): readonly Happening[] {
  const { office, draws } = occasion;
  const account = {
    name: 'svc-backup',
    domain: 'CORP',
    id: 'S-1-5-21-1004336348-1177238915-682003330-1090',
    works: null,
  };
  return office.byRole.server.length === 0 ? [] : [logsOn(occasion, draws.pick(office.byRole.server), account, 3)];
}

/** PowerShell remoting to servers, with what it starts there. */
function remoteCommands(occasion: Occasion): readonly Happening[] {
  const { host, draws, office } = occasion;
  const [target] = [draws.pick(usual(occasion, office.byRole.server, 12))];
  const line = `powershell.exe -Command Invoke-Command -ComputerName ${target.name} -ScriptBlock { gpupdate /force }`;
  const shell = begin(occasion, { path: POWERSHELL, line, parent: desktop(occasion) });
  const answer = { path: `${SYSTEM32}\\wsmprovhost.exe`, line: `${SYSTEM32}\\wsmprovhost.exe -Embedding` };
  const parent = services(occasion, target);
  const taker = begin(occasion, { ...answer, parent, account: host.user, after: 2 * SECOND_MS }, target);
  const command = { path: `${SYSTEM32}\\gpupdate.exe`, line: 'gpupdate /force', parent: taker.process };
  return [
    shell,
    ...betweenHosts(occasion, shell.process, target, 'kernel', WSMAN),
    logsOn(occasion, target, host.user, 3),
    taker,
    begin(occasion, { ...command, account: host.user, after: 3 * SECOND_MS }, target),
  ];
}

function serverDesktop(occasion: Occasion): readonly Happening[] {
  const { office, draws } = occasion;
  return remoteDesktop(occasion, draws.pick(usual(occasion, office.byRole.server, 12)));
}

/** Somebody is helped at a desk, from a jump host. */
function helpDesk(occasion: Occasion): readonly Happening[] {
  return remoteDesktop(occasion, occasion.draws.pick(occasion.office.byRole.workstation));
}

function remoteDesktop(occasion: Occasion, target: Host): readonly Happening[] {
  const line = `mstsc.exe /v:${target.name}`;
  const viewer = begin(occasion, { path: `${SYSTEM32}\\mstsc.exe`, line, parent: desktop(occasion) });
  return [
    viewer,
    ...betweenHosts(occasion, viewer.process, target, 'svchost', DESKTOP),
    logsOn(occasion, target, occasion.host.user, 10),
  ];
}

function questions(occasion: Occasion): readonly Happening[] {
  const [program, line] = occasion.draws.pick(QUESTIONS);
  const shell = begin(occasion, { path: `${SYSTEM32}\\cmd.exe`, line: 'cmd.exe', parent: desktop(occasion) });
  const asked = { path: `${SYSTEM32}\\${program}`, line, parent: shell.process, after: 4 * SECOND_MS };
  return [shell, begin(occasion, asked)];
}

/** Both ends of a connection. */
function betweenHosts(
  { at, draws, processes }: Occasion,
  process: Instance,
  target: Host,
  taker: ProgramName,
  traffic: Traffic,
): readonly Connection[] {
  const here = toHost(target, at + SECOND_MS, process, traffic, draws);
  const remote = { ip: process.host.ip, port: here.localPort, domain: null };
  const there = connection(remote, here.at + 1, processes(target, taker, at), traffic, draws);
  const { durationMs, bytesSent, bytesReceived } = here;
  const same = { durationMs, bytesSent: bytesReceived, bytesReceived: bytesSent, localPort: traffic.port };
  return [here, { ...there, ...same, direction: 'ingress' }];
}
