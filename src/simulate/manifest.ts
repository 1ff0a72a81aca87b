import { isoTime, type Span } from '../core/time.ts';
import type { Start } from './happening.ts';
import type { Office } from './office.ts';
import type { Attack, Pace, Plant } from './plant.ts';
import type { SimulationRequest } from './request.ts';
import type { Tally } from './tally.ts';

/** First words of every manifest; they also tell a file of ours from others. */
export const MANIFEST_ABOUT =
  'Everything in these events is invented. Public addresses are drawn by chance; whoever holds one has nothing to do with them.';

/** The truth about a simulation, to hold what hunts find against. */
export type Manifest = ReturnType<typeof manifestOf>;

export function manifestOf(request: SimulationRequest, { office, span, attacks, index, tally }: Simulated) {
  return {
    about: MANIFEST_ABOUT,
    request: { ...request, end: isoTime(request.end) },
    span: { start: isoTime(span.start), end: isoTime(span.end) },
    index,
    documents: tally.documents,
    population: office.hosts.length,
    attacks: attacks.map(({ name, technique, hunt, plants }) => ({
      name,
      technique,
      hunt,
      plants: plants.map((plant) => plantFacts(plant, tally)),
    })),
  };
}

interface Simulated {
  readonly office: Office;
  readonly span: Span;
  readonly attacks: readonly Attack[];
  readonly index: string;
  readonly tally: Tally;
}

function plantFacts(plant: Plant, tally: Tally) {
  const { id, description, hidden, paces, scenes, finds } = plant;
  const seen = tally.plants.get(id);
  return {
    id,
    description,
    kind: hidden === null ? 'attack' : 'look-alike',
    hidden,
    hosts: [...new Set([...paces, ...(scenes ?? [])].map(({ process }) => process.host.name))],
    destination: destinationOf(plant),
    processes: paces.map(processFacts),
    connections: seen?.began ?? 0,
    /** Records by kind of what took place. */
    events: seen?.events ?? {},
    /** What was started, from the first to the last, with its command line. */
    started: (scenes ?? []).flatMap((scene) => (scene.kind === 'start' ? [startFacts(scene)] : [])),
    first: seen === undefined ? null : isoTime(seen.first),
    last: seen === undefined ? null : isoTime(seen.last),
    /** Columns of the finding that its hunt makes, or would make were nothing to hide it. */
    finds: seen === undefined ? null : (finds?.(seen) ?? null),
  };
}

/** The first address that it reaches. */
function destinationOf({ paces, scenes = [] }: Plant) {
  const remote = paces[0]?.remote ?? scenes.find((scene) => scene.kind === 'connection')?.remote;
  return remote === undefined ? null : { ip: remote.ip, port: remote.port };
}

function startFacts({ at, process: { host, user, executable, pid }, commandLine }: Start) {
  return { at: isoTime(at), host: host.name, user: user.name, executable, pid, command_line: commandLine };
}

function processFacts({ process: { host, user, executable, pid } }: Pace) {
  return { host: host.name, user: user.name, executable, pid };
}
