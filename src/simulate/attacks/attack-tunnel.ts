import { HOUR_MS, MINUTE_MS, SECOND_MS, type Span } from '../../core/time.ts';
import { anyAddress } from '../addresses.ts';
import type { Traffic } from '../connect.ts';
import type { Host, Office } from '../office.ts';
import type { Attack, Plan, Plant } from '../plant.ts';
import { PROGRAMS } from '../programs.ts';
import { Draws } from '../random.ts';
import { hoursBefore, Scene } from '../scene.ts';

const NAME = 'tunnel';
const EDGE: Traffic = { port: 7844, sent: 4_000_000, received: 2_000_000, lastsMs: 3 * HOUR_MS };
const INNER: Traffic = { port: 3389, sent: 600_000, received: 4_000_000, lastsMs: 30 * MINUTE_MS };

/** A tunnel out of the network, through which a desktop is reached; and a shell of the administrators. */
export function tunnel(office: Office, span: Span): Attack {
  const draws = new Draws(office.seed, NAME);
  const plan = { office, span, draws };
  const people = draws.shuffle(office.byRole.workstation);
  return {
    name: NAME,
    technique: 'T1572',
    hunt: null,
    plants: [
      ...people.slice(0, 1).map((host) => cloudflared(plan, host)),
      ...people.slice(1, 2).map((host) => ngrok(plan, host)),
      ...office.byRole['jump host'].slice(0, 1).map((host) => shell(plan, host)),
    ],
  };
}

function cloudflared(plan: Plan, host: Host): Plant {
  const scene = new Scene(plan, NAME, hoursBefore(plan, 9));
  const path = 'C:\\Users\\{user}\\AppData\\Local\\Temp\\cloudflared.exe';
  const line = `cloudflared.exe tunnel run --token ${Buffer.from(plan.draws.hex(24)).toString('base64')}`;
  const process = scene.start(host, { path, line, parent: scene.desktop(host), signer: 'Cloudflare, Inc.' });
  const edges = Array.from({ length: 4 }, () => anyAddress(plan.draws));
  scene.lookup(process, 'region1.argotunnel.com', edges);
  for (const ip of edges) scene.wait(SECOND_MS).connect(process, { ip }, EDGE);
  const [server] = plan.office.byRole.server;
  if (server !== undefined) scene.wait(20 * MINUTE_MS).between(process, server, PROGRAMS.svchost, INNER);
  return scene.plant('cloudflared in a temporary folder keeps four connections, and reaches a server', null);
}

function ngrok(plan: Plan, host: Host): Plant {
  const scene = new Scene(plan, `${NAME}.ngrok`, hoursBefore(plan, 7));
  const path = 'C:\\Users\\{user}\\Downloads\\ngrok.exe';
  const process = scene.start(host, { path, line: 'ngrok.exe tcp 3389', parent: scene.desktop(host), signer: null });
  const ip = anyAddress(plan.draws);
  scene.lookup(process, 'connect.ngrok-agent.com', [ip]);
  for (let left = 3; left > 0; left--) scene.wait(MINUTE_MS).connect(process, { ip }, { ...EDGE, port: 443 });
  return scene.plant('ngrok offers the remote desktop of a workstation to the internet', null);
}

function shell(plan: Plan, host: Host): Plant {
  const scene = new Scene(plan, `${NAME}.shell`, hoursBefore(plan, 6));
  const path = 'C:\\Windows\\System32\\OpenSSH\\ssh.exe';
  const process = scene.start(host, { path, line: 'ssh.exe ops@proxy-001', parent: scene.desktop(host) });
  for (const other of plan.office.byRole.proxy.slice(0, 1)) scene.connect(process, other, { ...INNER, port: 22 });
  return scene.plant('A shell of an administrator', 'It stays inside, and forwards nothing');
}
