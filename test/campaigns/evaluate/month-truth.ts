// Which of the planted things a finding shows.
import { type Instant, MINUTE_MS } from '../../../src/core/time.ts';
import type { FindingState } from '../../../src/core/finding.ts';
import type { Happening } from '../../../src/simulate/happening.ts';
import { fileName } from '../../../src/simulate/programs.ts';
import type { MonthPlan, Occurrence } from './month-plan.ts';

/** What tells of an occurrence. All texts in lower case. */
export interface Truth {
  readonly id: string;
  readonly attack: string;
  readonly isAttack: boolean;
  readonly first: Instant;
  readonly last: Instant;
  readonly hosts: ReadonlySet<string>;
  readonly programs: ReadonlySet<string>;
  readonly users: ReadonlySet<string>;
  /** Public addresses and names that nothing else reaches. */
  readonly remotes: ReadonlySet<string>;
}

/** Events are written down, and connections end, a while after they began. */
const SLACK_MS = 20 * MINUTE_MS;

export function truthsOf({ occurrences }: MonthPlan): readonly Truth[] {
  return occurrences.map(truthOf).filter(({ hosts }) => hosts.size > 0);
}

function truthOf({ id, attack, plant }: Occurrence): Truth {
  const { paces, scenes = [] } = plant;
  const processes = [...paces, ...scenes].map(({ process }) => process);
  const starts = [...paces.map(({ span }) => span.start), ...scenes.map(({ at }) => at)];
  const ends = [...paces.map(({ span }) => span.end), ...scenes.map(endOf)];
  const users = scenes.flatMap((scene) => ('account' in scene ? [scene.account.name] : [scene.process.user.name]));
  const remotes = [...paces.map(({ remote }) => remote.ip), ...scenes.flatMap(remotesOf)];
  return {
    id,
    attack,
    isAttack: plant.hidden === null,
    first: Math.min(...starts) - SLACK_MS,
    last: Math.max(...ends) + SLACK_MS,
    hosts: lower(processes.map(({ host }) => host.name)),
    programs: lower(processes.map(({ executable }) => fileName(executable ?? 'System'))),
    users: lower([...users, ...processes.map(({ user }) => user.name)].filter((name) => name !== 'SYSTEM')),
    remotes: lower(remotes.filter((remote) => !remote.startsWith('10.'))),
  };
}

function endOf(scene: Happening): Instant {
  return scene.kind === 'connection' ? scene.at + scene.durationMs : scene.at;
}

function remotesOf(scene: Happening): readonly string[] {
  if (scene.kind === 'connection') return [scene.remote.ip];
  if (scene.kind !== 'lookup') return [];
  return [...scene.addresses, scene.name, scene.name.split('.').slice(-2).join('.')];
}

function lower(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.map((text) => text.toLowerCase()));
}

/**
 * What a finding shows: it lies in the time of the occurrence, and names an address or domain that only this has; or one of
 * its hosts together with one of its programs or, where the finding names no program, one of its users or nothing else.
 */
export function shownBy(state: FindingState, truths: readonly Truth[]): readonly Truth[] {
  const { tileStart, tileEnd } = state.latest;
  const said = wordsOf(state);
  return truths.filter((truth) => {
    if (truth.last < tileStart || truth.first >= tileEnd || state.eventEnd < truth.first) return false;
    if (meets(said.all, truth.remotes)) return true;
    if (!meets(said.hosts, truth.hosts)) return false;
    if (said.programs.size > 0) return meets(said.programs, truth.programs);
    return said.users.size === 0 || meets(said.users, truth.users);
  });
}

interface Said {
  readonly all: ReadonlySet<string>;
  readonly hosts: ReadonlySet<string>;
  readonly programs: ReadonlySet<string>;
  readonly users: ReadonlySet<string>;
}

/** What a finding says in its key, its sets and its values. */
function wordsOf({ key, sets, latest }: FindingState): Said {
  const named = new Map<string, string[]>();
  const add = (name: string, value: unknown) => {
    const list = (Array.isArray(value) ? value : [value]).filter((each) => each !== null && each !== undefined);
    named.set(name, [...(named.get(name) ?? []), ...list.map((each) => String(each).toLowerCase())]);
  };
  for (const [name, value] of Object.entries({ ...latest.values, ...key })) add(name, value);
  for (const [name, { values }] of Object.entries(sets)) add(name, values);
  const of = (...names: readonly string[]) => names.flatMap((name) => named.get(name) ?? []);
  const programs = of('process.name', 'program', 'process.executable', 'executable').map((path) => fileName(path));
  return {
    all: new Set([...named.values()].flat()),
    hosts: new Set(of('host.name', 'host', 'across').map((name) => name.split('.')[0] ?? '')),
    programs: new Set(programs),
    users: new Set(of('user.name', 'user')),
  };
}

function meets(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].some((word) => b.has(word));
}
