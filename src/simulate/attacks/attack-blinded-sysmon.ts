import { MINUTE_MS, SECOND_MS, type Span } from '../../core/time.ts';
import { anyAddress } from '../addresses.ts';
import type { Blinded } from '../blind.ts';
import type { Traffic } from '../connect.ts';
import type { Host, Office } from '../office.ts';
import type { Attack, Plan, Plant } from '../plant.ts';
import { Draws } from '../random.ts';
import { hoursBefore, Scene, SYSTEM_ACCOUNT } from '../scene.ts';

const NAME = 'blinded-sysmon';
const SYSTEM32 = 'C:\\Windows\\System32';
const AGENT = 'C:\\ProgramData\\Diagnostics\\diaghost.exe';
const CALL: Traffic = { port: 8443, sent: 1_200, received: 2_600, lastsMs: 900 };
const CALL_EVERY_MS = 45 * SECOND_MS;
const CALLS_BEFORE = 40; // half an hour
const CALLS_AFTER = 90; // until Sysmon is back
const HOSTS = 8;
const STOPPED_MS = 75 * MINUTE_MS; // at least one half hour from its beginning to its end
const UPDATED_MS = 4 * MINUTE_MS;

/** Sysmon is stopped on several workstations while an implant goes on calling; and Sysmon is updated on a server. */
export function blindedSysmon(office: Office, span: Span): Attack {
  const draws = new Draws(office.seed, NAME);
  const plan = { office, span, draws };
  return {
    name: NAME,
    technique: 'T1562.001',
    hunt: null,
    plants: [
      stopped(plan, draws.shuffle(office.byRole.workstation).slice(0, HOSTS)),
      ...office.byRole.server.slice(0, 1).map((host) => updated(plan, host)),
    ],
  };
}

function stopped(plan: Plan, hosts: readonly Host[]): Plant {
  const scene = new Scene(plan, NAME, plan.span.end);
  const ip = anyAddress(plan.draws);
  const blinded: Blinded[] = [];
  for (const host of hosts) {
    scene.at = hoursBefore(plan, 15.9);
    const agent = scene.start(host, {
      path: AGENT,
      line: 'diaghost.exe -s',
      parent: scene.desktop(host),
      signer: null,
    });
    const call = () => scene.wait(CALL_EVERY_MS).connect(agent, { ip }, CALL);
    for (let left = CALLS_BEFORE; left > 0; left--) call();
    const stop = { path: `${SYSTEM32}\\sc.exe`, line: 'sc.exe stop Sysmon64', parent: agent, account: SYSTEM_ACCOUNT };
    scene.start(host, stop);
    const start = scene.wait(SECOND_MS).at;
    blinded.push({ host, span: { start, end: start + STOPPED_MS } });
    for (let left = CALLS_AFTER; left > 0; left--) call();
  }
  const told = `Sysmon is stopped on ${hosts.length} hosts, and an implant calls on; only the firewall's audit goes on`;
  return { ...scene.plant(told, null), blinded };
}

function updated(plan: Plan, host: Host): Plant {
  const scene = new Scene(plan, `${NAME}.update`, hoursBefore(plan, 6));
  const path = 'C:\\Windows\\Sysmon64.exe';
  scene.start(host, { path, line: 'Sysmon64.exe -c C:\\Deploy\\sysmon.xml', parent: scene.service(host) });
  const start = scene.wait(SECOND_MS).at;
  const because = 'Sysmon is back within minutes, as after any update';
  const plant = scene.plant('Sysmon takes a new configuration', because);
  return { ...plant, blinded: [{ host, span: { start, end: start + UPDATED_MS } }] };
}
