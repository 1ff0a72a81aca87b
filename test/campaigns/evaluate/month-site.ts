// The working folder of the month: the shipped hunts and jobs, and what such a site would write into its own files.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadStock, type Stock } from '../../../src/cli/stock.ts';
import { readConfig } from '../../../src/config/read-config.ts';
import type { MonthPlan } from './month-plan.ts';

/** Sources that the estate does not have: no sensor, no firewall logs, no file, pipe, thread or pre-4688 auditing beyond. */
const PRESENT: ReadonlySet<string> = new Set([
  'endpoint.process',
  'endpoint.network',
  'sysmon.process',
  'sysmon.network',
  'sysmon.dns',
  'security.4624',
  'security.4688',
  'security.4697',
  'security.5156',
  'system.7045',
  'powershell.4104',
  'dns_client.3006',
  'dns_client.3008',
  'dns_client.3020',
]);

/** Writes the site's files into a folder and reads hunts and jobs as `hunt start` would. Rejects where one has an error. */
export async function monthSite(plan: MonthPlan, folder: string): Promise<Stock> {
  await mkdir(folder, { recursive: true });
  await write(folder, 'hunt.config.yml', { jobs: ['tracehound'] });
  const first = await read(plan, folder);
  const absent = [...first.definitions.sources.keys()].filter((name) => !PRESENT.has(name));
  const sources = Object.fromEntries(absent.map((name) => [name, { absent: true }]));
  await write(folder, 'hunt.config.yml', { jobs: ['tracehound'], sources });
  for (const [path, content] of Object.entries(siteFiles(plan))) await write(folder, path, content);
  const stock = await read(plan, folder);
  const errors = stock.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors, null, 2));
  return stock;
}

async function read({ span }: MonthPlan, folder: string): Promise<Stock> {
  const config = await readConfig({ cwd: folder, flags: {} });
  if (!config.ok) throw new Error(JSON.stringify(config.problems));
  return loadStock(config.value.site, span.end);
}

async function write(folder: string, path: string, content: unknown): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), JSON.stringify(content, null, 2));
}

/** Its lists and exceptions: its own public network, its resolvers, its jump hosts, and the tools that a plant says it has. */
function siteFiles({ office, occurrences }: MonthPlan): Readonly<Record<string, unknown>> {
  const hidden = occurrences.flatMap(({ plant }) => plant.hidden ?? []);
  const listed = hidden.flatMap((each) => (each.by === 'list' ? [each] : []));
  const exceptions = hidden.flatMap((each) => (each.by === 'exception' ? [each] : []));
  const list = (description: string, cidrs: readonly string[]) => ({
    description,
    entries: [...new Set(cidrs)].map((cidr) => ({ cidr, comment: description })),
  });
  return {
    'lists/our-ranges.yml': list("The office's own public network.", [
      `${office.services.ownNetwork}.0/24`,
      ...listed.map(({ cidr }) => cidr),
    ]),
    'lists/resolvers.yml': list(
      'Where the domain controllers ask.',
      office.services.resolvers.flatMap(({ addresses }) => addresses.map((ip) => `${ip}/32`)),
    ),
    'lists/administration-systems.yml': list(
      'Jump hosts and the backup.',
      [...office.byRole['jump host'], ...office.byRole.backup].map(({ ip }) => `${ip}/32`),
    ),
    'exceptions/site.yml': {
      exceptions: [...new Map(exceptions.map((each) => [each.id, each])).values()].map(({ id, when, because }) => ({
        id,
        hunts: ['network/rare-egress'],
        when,
        because,
        owner: 'operations',
        until: '2099-12-31',
      })),
    },
  };
}
