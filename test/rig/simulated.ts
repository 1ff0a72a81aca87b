// A simulation as a suite uses it: its documents, its truth, and the files by which a site would keep the look-alikes out.
import type { Manifest } from '../../src/simulate/manifest.ts';
import type { SimulationRequest } from '../../src/simulate/request.ts';
import { simulate } from '../../src/simulate/simulate.ts';
import { mustAsk, type Node } from './elasticsearch.ts';
import type { HuntRig } from './hunt.ts';
import { logsTemplate } from './load-captures.ts';

export interface Simulated {
  /** A bulk body: each document with an index, under the prefix, and an id, so that two stores hold the very same. */
  readonly bulk: string;
  readonly manifest: Manifest;
}

/** Two days of 30 hosts with all attacks, unless told otherwise. */
export function simulated(
  change: Partial<SimulationRequest> & Pick<SimulationRequest, 'shape'>,
  prefix = '',
): Simulated {
  const simulation = simulate({
    seed: '1',
    hosts: 30,
    days: 2,
    end: Date.parse('2026-11-14'),
    density: 0.2,
    attacks: ['rare-egress', 'browser-beacon'],
    ...change,
  });
  const index = `${prefix}${simulation.index}`;
  const pairs = [...simulation.batches()]
    .flat()
    .map((line, number) => `${JSON.stringify({ create: { _index: index, _id: `d${number}` } })}\n${line}\n`);
  return { bulk: pairs.join(''), manifest: simulation.manifest() };
}

/** Puts a simulation into a node, mapped as ECS. The whole of it is one request: some 20 MB. */
export async function loadSimulated(node: Node, { bulk }: Simulated, prefix: string): Promise<void> {
  await mustAsk(node, 'PUT', `/_index_template/${prefix}simulated`, { body: logsTemplate(`${prefix}*`, false) });
  const { errors } = (await mustAsk(node, 'POST', '/_bulk?refresh=true', { body: bulk })) as {
    readonly errors: boolean;
  };
  if (errors) throw new Error('Elasticsearch refused simulated events');
}

/** The list and the exception that a manifest names, as files of a site. */
export function siteFilesOf({ attacks }: Manifest): Readonly<Record<string, string>> {
  const hidden = attacks.flatMap(({ hunt, plants }) => plants.map((plant) => ({ hunt, hidden: plant.hidden })));
  const exceptions = hidden.flatMap(({ hunt, hidden }) =>
    hidden?.by === 'exception'
      ? [
          {
            id: hidden.id,
            hunts: [hunt],
            when: hidden.when,
            because: hidden.because,
            owner: 'tests',
            until: '2099-12-31',
          },
        ]
      : [],
  );
  const entries = hidden.flatMap(({ hidden }) =>
    hidden?.by === 'list' ? [{ cidr: hidden.cidr, comment: hidden.because }] : [],
  );
  return {
    'exceptions/simulated.yml': JSON.stringify({ exceptions }),
    'lists/our-ranges.yml': JSON.stringify({ description: 'What the simulated office has', entries }),
  };
}

/** What a hunt is to find of a manifest: the attacks, or with `all` also what only a list or an exception keeps out. */
export function expectedOf(
  { attacks }: Manifest,
  hunt: string,
  all = false,
): readonly Readonly<Record<string, string | number>>[] {
  return attacks
    .filter((attack) => attack.hunt === hunt)
    .flatMap(({ plants }) => plants)
    .flatMap(({ finds, hidden }) => (finds !== null && (all || hidden === null) ? [finds] : []))
    .sort((a, b) => Number(a['count']) - Number(b['count']));
}

export const RARE = 'network/rare-egress';
export const HIGH = 'network/high-connection-count';

/** What the suites read of `hunt run --json`. */
export interface Ran {
  readonly run: {
    readonly engine: string;
    readonly verdict: string;
    readonly population: number | null;
    readonly hidden: readonly { readonly by: string; readonly name: string; readonly count: number }[];
  };
  readonly findings: readonly {
    readonly fingerprint: string;
    readonly key: Readonly<Record<string, string>>;
    readonly sets: Readonly<Record<string, { readonly values: readonly (string | number)[] }>>;
    readonly latest: { readonly count: number; readonly hosts: number };
  }[];
}

/** Runs one hunt, which must end well. */
export async function runOne(rig: HuntRig, hunt: string, ...time: readonly string[]): Promise<Ran> {
  const { exitCode, stdout, stderr } = await rig.hunt('run', hunt, ...time, '--json');
  if (exitCode !== 0) throw new Error(`hunt run ${hunt} ended with ${exitCode}: ${stderr} ${stdout.slice(0, 2_000)}`);
  const [ran] = JSON.parse(stdout) as readonly [Ran];
  return ran;
}

/** Findings in the columns that a manifest tells, fewest connections first. */
export function inColumns(hunt: string, { findings }: Ran): readonly Readonly<Record<string, string | number>>[] {
  const columns = findings.map(({ key, sets, latest: { count, hosts } }) => {
    if (hunt === HIGH) return { ...key, count };
    const [ip, port] = ['destination.ip', 'destination.port'].map((name) => sets[name]?.values.join() ?? '');
    return { ...key, 'destination.ip': ip ?? '', 'destination.port': Number(port), hosts, count };
  });
  return columns.sort((a, b) => a.count - b.count);
}

/** What must be the same of a run's findings whoever answered: all but the run's own id and the times of writing. */
export function canonicalOf({ findings }: Ran): readonly unknown[] {
  const kept = (name: string, value: unknown) => (OF_THE_RUN.includes(name) ? undefined : value);
  return findings.map((finding) => JSON.parse(JSON.stringify(finding, kept)) as unknown);
}

const OF_THE_RUN = ['runId', 'examinedAt', 'newsAt', 'createdAt'];
