// Every stored hunt as a suite or a bench runs it: checked once, over indices of its own, on whichever engine.
import { fileURLToPath } from 'node:url';
import type { Hunt, ParamValue } from '../../src/core/hunt.ts';
import { formatProblem } from '../../src/core/problem.ts';
import type { Source } from '../../src/core/source.ts';
import type { Tile } from '../../src/core/tile.ts';
import type { CidrList } from '../../src/core/value-list.ts';
import { loadDefinitions } from '../../src/definition/load.ts';
import { defaultSite } from '../../src/definition/site.ts';
import { elasticsearchEngine } from '../../src/engine/elasticsearch.ts';
import type { Engine } from '../../src/engine/port.ts';
import { connect } from '../../src/elastic/client.ts';
import { openGeo } from '../../src/findings/geoip-open.ts';
import { checkHunts } from '../../src/pipeline/check-hunts.ts';
import type { CheckedHunt } from '../../src/pipeline/checked.ts';
import type { RunEffects, RunResult } from '../../src/pipeline/request.ts';
import { runHunt } from '../../src/pipeline/run-hunt.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DEADLINE_MS = 120_000;

/** What a site says of the shipped hunts. */
export interface HuntSettings {
  /** In place of the hunts' own where a hunt has a parameter of that name. */
  readonly params?: Readonly<Record<string, ParamValue>>;
  /** A first_seen hunt finds what is new however short the history before it is. */
  readonly anyHistory?: boolean;
  /** Lists that hold nothing. */
  readonly emptyLists?: readonly string[];
  /** Before the names of all indices. */
  readonly prefix?: string;
}

/** Read once: a suite compares the same hunts throughout. */
const definitions = await loadDefinitions(defaultSite(ROOT));

/** All hunts of `hunts/`, by id; each must be without an error. */
export function storedHunts({
  params = {},
  anyHistory = false,
  emptyLists = [],
  prefix = '',
}: HuntSettings = {}): readonly CheckedHunt[] {
  const asked = definitions.hunts
    .map((hunt) => withParams(hunt, params))
    .map((hunt) => (anyHistory ? withoutHistory(hunt) : hunt));
  const { hunts, problems } = checkHunts(asked, {
    sources: new Map([...definitions.sources].map(([name, source]) => [name, movedSource(source, prefix)])),
    lists: new Map([...definitions.lists].map(([name, list]) => [name, emptied(list, emptyLists)])),
    now: Date.now(),
  });
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (hunts.length !== asked.length || asked.length === 0) throw new Error(errors.map(formatProblem).join('\n'));
  return hunts;
}

function withParams(hunt: Hunt, params: Readonly<Record<string, ParamValue>>): Hunt {
  const known = Object.entries(params).filter(([name]) => Object.hasOwn(hunt.params, name));
  return { ...hunt, params: { ...hunt.params, ...Object.fromEntries(known) } };
}

function withoutHistory(hunt: Hunt): Hunt {
  return hunt.body.type === 'first_seen' ? { ...hunt, body: { ...hunt.body, minHistory: 0 } } : hunt;
}

function movedSource(source: Source, prefix: string): Source {
  return { ...source, shippedIndex: source.index, index: source.index.map((index) => `${prefix}${index}`) };
}

function emptied(list: CidrList, names: readonly string[]): CidrList {
  return names.includes(list.name) ? { ...list, entries: [] } : list;
}

/** Runs hunts of one estate on one engine, and writes nothing. */
export interface HuntRunner {
  run(hunt: CheckedHunt, tile: Tile): Promise<RunResult>;
}

export function huntRunner(engine: Engine): HuntRunner {
  const geoip = openGeo({ city: null, asn: null }, Date.now());
  const { signal } = new AbortController();
  const effects: RunEffects = {
    engine,
    store: null,
    geoip: () => geoip,
    now: () => Date.now(),
    monotonic: () => performance.now(),
    report: () => undefined,
    sleep: () => Promise.resolve(),
    random: Math.random,
    signal,
  };
  return {
    run: (hunt, tile) =>
      runHunt(
        hunt,
        {
          runId: 'proof',
          tile,
          clock: 'event',
          lookBackMs: 0,
          job: null,
          queryDelayMs: null,
          params: {},
          deadlineMs: DEADLINE_MS,
          rowsMax: 9_999,
        },
        effects,
      ),
  };
}

/** An engine on a node that needs no password. */
export function nodeEngine(url: string): Engine {
  const client = connect({
    nodes: [url],
    auth: { type: 'none' },
    ca: null,
    caFingerprint: null,
    compatibility: 'auto',
    requestTimeoutMs: DEADLINE_MS,
  });
  const engine = elasticsearchEngine(client);
  return {
    ...engine,
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      await client[Symbol.asyncDispose]();
    },
  };
}
