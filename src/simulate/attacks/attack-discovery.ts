import { SECOND_MS, type Span } from '../../core/time.ts';
import type { Host, Office } from '../office.ts';
import type { Attack, Plan, Plant } from '../plant.ts';
import { Draws } from '../random.ts';
import { hoursBefore, Scene } from '../scene.ts';

const NAME = 'discovery';
const SYSTEM32 = 'C:\\Windows\\System32';
const POWERSHELL = `${SYSTEM32}\\WindowsPowerShell\\v1.0\\powershell.exe`;

const COMMANDS: readonly (readonly [program: string, line: string])[] = [
  ['whoami.exe', 'whoami /all'],
  ['netstat.exe', 'netstat -ano'],
  ['net.exe', 'net use'],
  ['net.exe', 'net session'],
  ['net1.exe', 'net1 sessions'],
  ['net.exe', 'net file'],
  ['net.exe', 'net group "Domain Admins" /domain'],
  ['nltest.exe', 'nltest /domain_trusts'],
  ['ipconfig.exe', 'ipconfig /displaydns'],
];

/** One host's connections, sessions and shares are looked at within minutes by somebody who never does; and a repair. */
export function discovery(office: Office, span: Span): Attack {
  const draws = new Draws(office.seed, NAME);
  const plan = { office, span, draws };
  const people = draws.shuffle(office.byRole.workstation);
  return {
    name: NAME,
    technique: 'T1049',
    hunt: null,
    plants: [
      ...people.slice(0, 1).map((host) => look(plan, host)),
      ...people.slice(1, 4).map((host, at) => mapped(plan, host, at)),
      ...office.byRole['jump host'].slice(0, 1).map((host) => repair(plan, host)),
    ],
  };
}

function look(plan: Plan, host: Host): Plant {
  const scene = new Scene(plan, NAME, hoursBefore(plan, 8));
  const shell = scene.start(host, { path: `${SYSTEM32}\\cmd.exe`, line: 'cmd.exe', parent: scene.desktop(host) });
  for (const [program, line] of COMMANDS) {
    scene.wait(25 * SECOND_MS).start(host, { path: `${SYSTEM32}\\${program}`, line, parent: shell });
  }
  const line = 'powershell.exe -nop';
  const power = scene.wait(25 * SECOND_MS).start(host, { path: POWERSHELL, line, parent: shell });
  scene.script(power, 'Get-NetTCPConnection -State Established | Select RemoteAddress, RemotePort, OwningProcess');
  return scene.plant(`${COMMANDS.length} commands of discovery and a cmdlet within five minutes on one host`, null);
}

/** Scripts at logon map drives on every desktop. */
function mapped(plan: Plan, host: Host, at: number): Plant {
  const scene = new Scene(plan, `${NAME}.logon-script-${at + 1}`, hoursBefore(plan, 14 - at / 4));
  const line = 'net use G: \\\\srv-001\\groups /persistent:no';
  scene.start(host, { path: `${SYSTEM32}\\net.exe`, line, parent: scene.desktop(host) });
  return scene.plant('A script at logon maps a drive', 'One command, the same on every desktop');
}

function repair(plan: Plan, host: Host): Plant {
  const scene = new Scene(plan, `${NAME}.administrator`, hoursBefore(plan, 7));
  const line = 'netstat -an';
  scene.start(host, { path: `${SYSTEM32}\\netstat.exe`, line, parent: scene.desktop(host) });
  return scene.plant('An administrator looks for a listener', 'One command, by an administrator, on a jump host');
}
