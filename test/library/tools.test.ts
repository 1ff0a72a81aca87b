// Every program that the seeds name as worth a look is in a hunt: an event of each, and the real binary over all of them.
import { expect, it } from 'vitest';
import { huntRig } from '../rig/hunt.ts';

const NATIVE =
  `at bitsadmin certutil cmd cmstp control cscript driverquery dsquery hh infDefaultInstall installutil java javaw
  javaws mavinject mmc msbuild mshta msiexec nbtstat net net1 notepad nslookup powershell pwsh qprocess qwinsta reg regasm
  regsvcs regsvr32 replace rundll32 rwinsta sc schtasks taskkill tasklist wmic wscript wuauclt`.split(/\s+/);
/** Tools that move files or open tunnels, from a folder that everybody may write to. */
const CLOUD = 'cloudflared rclone aws cmd5 gsutil azcopy ngrok curl wget'.split(' ');

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 2, 9, minute)).toISOString();
const host = { name: 'ws-01', os: { family: 'windows', type: 'windows' } };
const sysmon = { channel: 'Microsoft-Windows-Sysmon/Operational' };

function connection(tool: string, address: string, minute: number) {
  const name = `${tool}.exe`;
  return {
    '@timestamp': at(minute),
    event: { code: '3', category: ['network'], dataset: 'windows.sysmon_operational', created: at(minute) },
    winlog: sysmon,
    host,
    process: { name, executable: `C:\\Windows\\System32\\${name}`, pid: 4000 + minute, entity_id: `{${tool}}` },
    user: { name: 'ada' },
    network: { transport: 'tcp', direction: 'egress' },
    source: { ip: '10.1.2.3', port: 50_000 },
    destination: { ip: address, port: 8443 },
  };
}

function start(tool: string, minute: number) {
  const name = `${tool}.exe`;
  return {
    '@timestamp': at(minute),
    event: {
      code: '1',
      category: ['process'],
      type: ['start'],
      dataset: 'windows.sysmon_operational',
      created: at(minute),
    },
    winlog: sysmon,
    host,
    process: {
      name,
      executable: `C:\\Users\\Public\\${name}`,
      pid: 4000 + minute,
      entity_id: `{${tool}}`,
      command_line: name,
    },
    user: { name: 'ada' },
  };
}

const lines = (documents: readonly unknown[]): string => documents.map((each) => `${JSON.stringify(each)}\n`).join('');

interface Finding {
  readonly key: Readonly<Record<string, string>>;
}

/** The programs of the findings that `hunts` make of `documents`. */
async function programsFound(documents: readonly unknown[], hunts: readonly string[]): Promise<string[]> {
  await using rig = await huntRig({ files: { 'events.ndjson': lines(documents) } });
  const ingested = await rig.hunt('ingest', 'events.ndjson', '--json');
  expect(JSON.parse(ingested.stdout)).toMatchObject({ taken: documents.length });
  await rig.hunt('run', ...hunts, '--from', at(0), '--to', '2026-11-03T09:00:00Z', '--json');
  const { stdout } = await rig.hunt('findings', '--limit', '1000', '--json');
  const cells = (JSON.parse(stdout) as Finding[]).flatMap(({ key }) => Object.values(key).map(String));
  const names = cells
    .filter((cell) => cell.endsWith('.exe'))
    .map((cell) => cell.toLowerCase().split('\\').at(-1) ?? '');
  return [...new Set(names)].toSorted();
}

const named = (tools: readonly string[]): string[] => tools.map((tool) => `${tool}.exe`.toLowerCase()).toSorted();

it('each native tool is found with a public destination', async () => {
  const events = NATIVE.map((tool, minute) => connection(tool, '198.41.0.4', minute));
  const hunts = ['egress/native-tool-public', 'egress/script-tool-public'];
  expect(await programsFound(events, hunts)).toEqual(named(NATIVE));
});

it('each native tool is found with a destination inside', async () => {
  const events = NATIVE.map((tool, minute) => connection(tool, '10.9.8.7', minute));
  expect(await programsFound(events, ['egress/native-tool-internal'])).toEqual(named(NATIVE));
});

it('each cloud, transfer and tunnel tool is found in a folder that everybody may write to', async () => {
  const events = CLOUD.map((tool, minute) => start(tool, minute));
  expect(await programsFound(events, ['exfiltration/tool-in-user-folder'])).toEqual(named(CLOUD));
});
