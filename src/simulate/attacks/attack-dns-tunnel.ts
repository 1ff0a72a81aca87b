import { SECOND_MS, type Span } from '../../core/time.ts';
import type { Host, Office } from '../office.ts';
import type { Attack, Plan, Plant } from '../plant.ts';
import { Draws } from '../random.ts';
import { hoursBefore, Scene } from '../scene.ts';

const NAME = 'dns-tunnel';
const QUESTIONS = 600;
const REPUTATION = 60;

/** Data in names: hundreds of long, different labels below one domain, most of them asking for TXT. */
export function dnsTunnel(office: Office, span: Span): Attack {
  const draws = new Draws(office.seed, NAME);
  const plan = { office, span, draws };
  const people = draws.shuffle(office.byRole.workstation);
  return {
    name: NAME,
    technique: 'T1071.004',
    hunt: null,
    plants: [
      ...people.slice(0, 1).map((host) => carry(plan, host)),
      ...people.slice(1, 2).map((host) => reputation(plan, host)),
    ],
  };
}

function carry(plan: Plan, host: Host): Plant {
  const scene = new Scene(plan, NAME, hoursBefore(plan, 10));
  const path = 'C:\\Users\\{user}\\AppData\\Roaming\\netcfg.exe';
  const process = scene.start(host, { path, line: path, parent: scene.desktop(host), signer: null });
  const zone = `t${plan.draws.hex(4)}.example`;
  for (let left = QUESTIONS; left > 0; left--) {
    const name = `${plan.draws.hex(50)}.${plan.draws.hex(50)}.${zone}`;
    scene.wait(3 * SECOND_MS).lookup(process, name, [], plan.draws.chance(0.85) ? 'TXT' : 'A');
  }
  return scene.plant(`${QUESTIONS} names of two labels of 50 characters below one domain in half an hour`, null);
}

/** Security software asks for the reputation of files by their hash. */
function reputation(plan: Plan, host: Host): Plant {
  const scene = new Scene(plan, `${NAME}.reputation`, hoursBefore(plan, 12));
  const path = 'C:\\Program Files\\Harborwatch\\scan.exe';
  const process = scene.start(host, { path, line: path, parent: scene.service(host), signer: 'Harborwatch GmbH' });
  for (let left = REPUTATION; left > 0; left--) {
    scene.wait(240 * SECOND_MS).lookup(process, `${plan.draws.hex(32)}.hash.harborwatch.example`, ['127.0.0.2']);
  }
  return scene.plant('A scanner asks for the reputation of files by name', 'Few, shorter, and never TXT');
}
