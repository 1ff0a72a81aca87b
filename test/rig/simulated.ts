// A simulation as a suite uses it: its documents, its truth, and the files by which a site would keep the look-alikes out.
import type { Manifest } from '../../src/simulate/manifest.ts';
import type { SimulationRequest } from '../../src/simulate/request.ts';
import { simulate } from '../../src/simulate/simulate.ts';
import type { EcsEvent } from './load-captures.ts';

export interface Simulated {
  readonly lines: readonly string[];
  /** With a data stream of their own for Winlogbeat's, which have none: the loader needs the name of an index. */
  readonly events: readonly EcsEvent[];
  readonly manifest: Manifest;
}

/** Two days of 30 hosts with all attacks, unless told otherwise. */
export function simulated(change: Partial<SimulationRequest> & Pick<SimulationRequest, 'shape'>): Simulated {
  const simulation = simulate({
    seed: '1',
    hosts: 30,
    days: 2,
    end: Date.parse('2026-11-14'),
    density: 0.2,
    attacks: ['rare-egress', 'browser-beacon'],
    ...change,
  });
  const lines = [...simulation.hours()].flat();
  const stream = { type: 'logs', dataset: 'windows.sysmon_operational', namespace: 'winlogbeat' };
  const events = lines.map((line) => ({ data_stream: stream, ...(JSON.parse(line) as EcsEvent) }));
  return { lines, events, manifest: simulation.manifest() };
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
    .flatMap(({ finds, hidden }) => (finds !== null && (all || hidden === null) ? [finds] : []));
}
