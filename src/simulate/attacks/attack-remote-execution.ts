import { MINUTE_MS, SECOND_MS, type Span } from '../../core/time.ts';
import type { Traffic } from '../connect.ts';
import type { Host, Office } from '../office.ts';
import type { Attack, Plan, Plant } from '../plant.ts';
import { PROGRAMS } from '../programs.ts';
import { Draws } from '../random.ts';
import { hoursBefore, Scene, SYSTEM_ACCOUNT } from '../scene.ts';

const NAME = 'remote-execution';
const WSMAN: Traffic = { port: 5985, sent: 9_000, received: 14_000, lastsMs: 20_000 };
const SMB: Traffic = { port: 445, sent: 400_000, received: 9_000, lastsMs: 15_000 };
const RDP: Traffic = { port: 3389, sent: 900_000, received: 6_000_000, lastsMs: 900_000 };
const SYSTEM32 = 'C:\\Windows\\System32';
const POWERSHELL = `${SYSTEM32}\\WindowsPowerShell\\v1.0\\powershell.exe`;

/** WinRM, PsExec and a remote desktop from one workstation to others; an administrator's round beside it. */
export function remoteExecution(office: Office, span: Span): Attack {
  const draws = new Draws(office.seed, NAME);
  const plan = { office, span, draws };
  const [from, ...others] = draws.shuffle(office.byRole.workstation);
  const admins = office.byRole['jump host'].slice(0, 1);
  return {
    name: NAME,
    technique: 'T1021.006',
    hunt: null,
    plants: [
      ...(from === undefined
        ? []
        : [
            winRm(plan, from, others.slice(0, 3), null),
            psExec(plan, from, others.slice(3, 5)),
            desktop(plan, from, others.slice(5, 6)),
          ]),
      ...admins.map((host) =>
        winRm(plan, host, office.byRole.server.slice(0, 2), 'From a jump host to servers, by an administrator'),
      ),
    ],
  };
}

/** PowerShell remoting: a process of the other end starts a shell there. */
function winRm(plan: Plan, from: Host, targets: readonly Host[], because: string | null): Plant {
  const scene = new Scene(plan, because === null ? NAME : `${NAME}.administrator`, hoursBefore(plan, 10));
  const line = `powershell.exe Invoke-Command -ComputerName ${targets.map(({ name }) => name).join(',')} -FilePath c.ps1`;
  const shell = scene.start(from, { path: POWERSHELL, line, parent: scene.desktop(from) });
  for (const target of targets) {
    scene.wait(15 * SECOND_MS).between(shell, target, PROGRAMS.kernel, WSMAN);
    scene.logon(target, from.user, from, 3);
    const host = { path: `${SYSTEM32}\\wsmprovhost.exe`, line: `${SYSTEM32}\\wsmprovhost.exe -Embedding` };
    const taker = scene.start(target, { ...host, parent: scene.service(target), account: from.user });
    const command = because === null ? 'cmd.exe /c whoami /all & net user /domain' : 'cmd.exe /c gpupdate /force';
    scene
      .wait(SECOND_MS)
      .start(target, { path: `${SYSTEM32}\\cmd.exe`, line: command, parent: taker, account: from.user });
  }
  return scene.plant(`PowerShell on ${from.name} runs commands on ${targets.length} hosts over WinRM`, because);
}

/** PsExec: a service of its own is put on the other host, and starts a shell as SYSTEM. */
function psExec(plan: Plan, from: Host, targets: readonly Host[]): Plant {
  const scene = new Scene(plan, `${NAME}.psexec`, hoursBefore(plan, 9.5));
  const path = 'C:\\Users\\{user}\\Downloads\\PsExec64.exe';
  for (const target of targets) {
    const line = `PsExec64.exe -accepteula \\\\${target.name} -s cmd.exe`;
    const parent = scene.desktop(from);
    const tool = scene.start(from, { path, line, parent, signer: 'Microsoft Corporation', originalName: 'psexec.c' });
    scene
      .wait(SECOND_MS)
      .between({ ...tool, executable: null, signer: null, user: SYSTEM_ACCOUNT }, target, PROGRAMS.kernel, SMB);
    scene.logon(target, from.user, from, 3);
    scene.install(target, 'PSEXESVC', '%SystemRoot%\\PSEXESVC.exe', from.user);
    const service = { path: 'C:\\Windows\\PSEXESVC.exe', line: 'C:\\Windows\\PSEXESVC.exe', account: SYSTEM_ACCOUNT };
    const taker = scene.start(target, { ...service, parent: scene.service(target), originalName: 'psexesvc.exe' });
    scene.wait(SECOND_MS).start(target, {
      path: `${SYSTEM32}\\cmd.exe`,
      line: '"cmd.exe"',
      parent: taker,
      account: SYSTEM_ACCOUNT,
    });
    scene.wait(3 * MINUTE_MS);
  }
  return scene.plant(`PsExec on ${from.name} installs its service on other workstations`, null);
}

function desktop(plan: Plan, from: Host, targets: readonly Host[]): Plant {
  const scene = new Scene(plan, `${NAME}.desktop`, hoursBefore(plan, 8.5));
  for (const target of targets) {
    const line = `mstsc.exe /v:${target.name}`;
    const process = scene.start(from, { path: `${SYSTEM32}\\mstsc.exe`, line, parent: scene.desktop(from) });
    scene.wait(SECOND_MS).between(process, target, PROGRAMS.svchost, RDP).logon(target, from.user, from, 10);
  }
  return scene.plant('A remote desktop from one workstation to another', null);
}
