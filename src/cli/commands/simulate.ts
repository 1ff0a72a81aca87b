import { relative, resolve } from 'node:path';
import { HuntError } from '../../core/error.ts';
import { HOUR_MS, type Instant, parseTime } from '../../core/time.ts';
import type { Manifest } from '../../simulate/manifest.ts';
import { ATTACK_NAMES, type AttackName } from '../../simulate/plant.ts';
import type { SimulationRequest } from '../../simulate/request.ts';
import { LOG_NAMES, type OutputName } from '../../simulate/shapes/shape.ts';
import { simulate, type Simulation } from '../../simulate/simulate.ts';
import { targetOf, writeSimulation } from '../../simulate/write.ts';
import { connectionFor, type Effects } from '../effects.ts';
import { plural } from '../problems.ts';
import { startProgress } from '../progress.ts';
import { joined, safe, type SafeText } from '../views/safe-text.ts';
import { indexSimulation } from '../simulate-index.ts';
import { table, type TableColumn } from '../views/table.ts';

export interface SimulateFlags {
  readonly out?: string;
  readonly index?: boolean;
  readonly hosts: number;
  readonly days: number;
  readonly seed: string;
  readonly attacks: string;
  readonly as: OutputName;
  readonly end: string;
  readonly density: number;
}

/** What was made and where it lies. */
interface Made {
  readonly events: string;
  readonly manifestFile: string | null;
  readonly manifest: Manifest;
}

/** `hunt simulate`: an invented office and planted attacks, into a file or an index, with the truth about them. */
export async function simulateOffice(flags: SimulateFlags, effects: Effects): Promise<number> {
  const { out } = effects;
  if ((flags.out === undefined) !== (flags.index === true)) {
    throw new HuntError('USAGE', 'Cannot tell where to write: name either --out or --index', {
      remedy: 'Write hunt simulate --out office',
    });
  }
  if (flags.index === true && LOG_NAMES.some((name) => name === flags.as)) {
    throw new HuntError('USAGE', `Cannot index "${flags.as}": it is a log, which hunt ingest makes documents of`, {
      remedy: 'Write it into a file with --out, or name an agent: --as defend',
    });
  }
  const simulation = simulate(requestOf(flags, effects.now()));
  const made =
    flags.out === undefined ? await intoIndex(simulation, effects) : await intoFile(simulation, flags.out, effects);
  out.answer(made, () => madeView(made, effects));
  out.note(safe`Next: ${nextCommand(made)}`);
  return 0;
}

/** On Elasticsearch a hunt without a time reads what is before now, which need not be the time of the simulation. */
function nextCommand({ events, manifestFile, manifest: { span } }: Made): string {
  return manifestFile === null ? `hunt run "network/*" --from ${span.start} --to ${span.end}` : `hunt ingest ${events}`;
}

function requestOf({ hosts, days, seed, density, as, attacks, end }: SimulateFlags, now: Instant): SimulationRequest {
  return { seed, hosts, days, density, shape: as, attacks: attacksOf(attacks), end: endOf(end, now) };
}

function attacksOf(text: string): readonly AttackName[] {
  if (text === 'none') return [];
  if (text === 'all') return ATTACK_NAMES;
  const asked = text.split(',').map((name) => name.trim());
  const unknown = asked.find((name) => !ATTACK_NAMES.some((known) => known === name));
  if (unknown === undefined) return ATTACK_NAMES.filter((name) => asked.includes(name));
  throw new HuntError('USAGE', `Cannot plant "${unknown}": there is no such attack`, {
    remedy: `Name some of ${ATTACK_NAMES.join(', ')}, or all, or none`,
  });
}

/** The full hour, so that hours of a simulation are those of the clock. */
function endOf(text: string, now: Instant): Instant {
  const end = text === 'now' ? now : parseTime(text);
  if (end !== null) return Math.floor(end / HOUR_MS) * HOUR_MS;
  throw new HuntError('USAGE', `Cannot read --end "${text}": it is no time`, {
    remedy: 'Write 2026-11-14, 2026-11-14T18:00Z or now',
  });
}

async function intoFile(simulation: Simulation, path: string, effects: Effects): Promise<Made> {
  const { cwd, signal } = effects;
  const target = targetOf(resolve(cwd, path), simulation.file?.extension);
  using counting = startCounting(effects);
  const manifest = await writeSimulation(simulation, target, { signal, onLines: counting.add });
  return { events: relative(cwd, target.events), manifestFile: relative(cwd, target.manifest), manifest };
}

async function intoIndex(simulation: Simulation, effects: Effects): Promise<Made> {
  await using client = await connectionFor(await effects.config());
  using counting = startCounting(effects);
  await indexSimulation(simulation, client, effects, counting.add);
  return { events: simulation.index, manifestFile: null, manifest: simulation.manifest() };
}

function startCounting({ out, monotonic }: Effects): Disposable & { readonly add: (count: number) => void } {
  const progress = startProgress(out, monotonic);
  let documents = 0;
  return {
    add(count) {
      documents += count;
      progress.doing(safe`${plural(documents, 'document')} written`);
    },
    [Symbol.dispose]: () => progress[Symbol.dispose](),
  };
}

type PlantFacts = Manifest['attacks'][number]['plants'][number];

function madeView({ events, manifestFile, manifest }: Made, { out }: Effects): SafeText {
  const { documents, population, span } = manifest;
  const plants = manifest.attacks.flatMap((attack) => attack.plants);
  const columns: TableColumn<PlantFacts>[] = [
    { name: 'PLANTED', cell: ({ id }) => id },
    { name: 'KIND', cell: ({ kind }) => (kind === 'attack' ? out.paint.yellow(kind) : kind) },
    { name: 'HOSTS', cell: ({ hosts }) => hosts.length, align: 'right' },
    { name: 'CONNECTIONS', cell: ({ connections }) => connections, align: 'right' },
    { name: 'KEPT OUT BY', cell: keptOutBy },
  ];
  const written = safe`${plural(documents, 'document')} of ${plural(population, 'host')}, ${span.start} to ${span.end}: ${events}`;
  const parts = [
    plants.length === 0 ? null : table(plants, columns, out.paint, out.width),
    manifestFile === null ? null : safe`The truth about it: ${manifestFile}`,
  ];
  return joined([written, ...parts.filter((part) => part !== null)], '\n');
}

function keptOutBy({ hidden }: PlantFacts): SafeText {
  if (hidden === null) return safe`nothing: to be found`;
  if (hidden.by === 'rule') return safe`the hunt: ${hidden.because}`;
  return hidden.by === 'list' ? safe`${hidden.cidr} in the list ${hidden.list}` : safe`the exception ${hidden.id}`;
}
