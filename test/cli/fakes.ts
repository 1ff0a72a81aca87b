import type { Config } from '../../src/config/read-config.ts';
import type { Row } from '../../src/core/row.ts';
import { loadDefinitions } from '../../src/definition/load.ts';
import type { Effects, FillKibana } from '../../src/cli/effects.ts';
import { type Format, Output } from '../../src/cli/output.ts';
import { stockOf } from '../../src/cli/stock.ts';
import type { Answer, Engine, Question } from '../../src/engine/port.ts';
import type { LayGround } from '../../src/pipeline/test-hunt.ts';
import { memoryStore } from '../../src/store/memory/store.ts';
import { inProcessQueue } from '../../src/schedule/queue/in-process.ts';
import type { Store } from '../../src/store/port.ts';
import { huntText, memoryFiles, siteWith } from '../definition/memory-files.ts';

export const NOW = Date.parse('2026-11-21T12:00:00Z');

const SOURCES = `test.events:
  description: Events.
  index: [logs-x]
  clock: ["@timestamp"]
  heartbeat: sporadic
  enable: Nothing.
other.events:
  description: Others.
  index: [logs-y]
  clock: ["@timestamp"]
  heartbeat: 1h
  enable: Nothing.
`;

/** A query that names the hunt's one parameter. */
const QUERY = '"FROM logs-x | EVAL n = ?limit | KEEP a"';

/** Two whole hunts over one source. */
export const SITE: Readonly<Record<string, string>> = {
  'hunts/sources.yml': SOURCES,
  'hunts/net/one.yml': huntText({ esql: QUERY, name: 'First', tags: '[alpha]', techniques: '[T1071.004]' }),
  'hunts/net/two.yml': huntText({
    esql: QUERY,
    name: 'Second',
    tags: '[alpha, beta]',
    techniques: '[T1571]',
    status: 'experimental',
  }),
};

/** A stream that keeps what is written to it. */
export class Captured {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 100;

  constructor(isTTY = false) {
    this.isTTY = isTTY;
  }

  write(text: string): boolean {
    this.text += text;
    return true;
  }
}

export interface Bench {
  readonly stdout: Captured;
  readonly stderr: Captured;
  readonly store: Store;
  /** Questions that the engine was asked. */
  readonly asked: Question[];
  readonly effects: Effects;
}

export interface BenchOptions {
  readonly format?: Format;
  readonly tty?: boolean;
  readonly files?: Readonly<Record<string, string>>;
  /** Rows of the answer to a question; none without it. */
  readonly answer?: (question: Question) => Partial<Answer>;
  readonly engine?: Partial<Engine>;
  readonly config?: Partial<Config>;
  readonly signal?: AbortSignal;
  readonly testGround?: LayGround;
  readonly kibana?: FillKibana;
  /** Whether the store has been set up. */
  readonly ready?: boolean;
}

/** A command's surroundings out of literals: a site in memory, an engine that answers as told, a store in memory. */
export async function bench(options: BenchOptions = {}): Promise<Bench> {
  const {
    format = 'text',
    tty = false,
    files = SITE,
    answer = () => ({}),
    signal = new AbortController().signal,
  } = options;
  const [stdout, stderr] = [new Captured(tty), new Captured(tty)];
  const site = siteWith();
  const store = memoryStore();
  if (options.ready !== false) await store.setup({ dryRun: false }, signal);
  const asked: Question[] = [];
  const engine = { ...fakeEngine(asked, answer), ...options.engine };
  let runs = 0;
  const contents = Object.fromEntries(Object.entries(files).map(([path, text]) => [`/site/${path}`, text]));
  const effects: Effects = {
    out: new Output({ stdout, stderr }, format),
    cwd: '/site',
    now: () => NOW,
    monotonic: () => 0,
    newRunId: () => `run-${++runs}`,
    random: () => 0,
    sleep: async () => {},
    signal,
    config: async () => ({ ...CONFIG, site, ...options.config }),
    stock: async () => stockOf(await loadDefinitions(site, { files: memoryFiles(contents), now: NOW }), NOW),
    engine: async () => engine,
    store: async () => store,
    kibana: async () => options.kibana ?? (() => Promise.reject(new Error('no Kibana here'))),
    queue: async () => inProcessQueue(),
    geoip: () => Promise.reject(new Error('no hunt here asks for GeoIP')),
    testGround: async () => options.testGround ?? (() => Promise.reject(new Error('no test here lays out events'))),
  };
  return { stdout, stderr, store, asked, effects };
}

export function row(cells: Readonly<Record<string, string | number | boolean | null>>): Row {
  return new Map(Object.entries(cells));
}

const CONFIG: Config = {
  file: null,
  home: '/site/.tracehound',
  site: siteWith(),
  geoip: { city: null, asn: null },
  elasticsearch: {
    nodes: ['http://elastic.example:9200'],
    auth: { type: 'none' },
    ca: null,
    caFingerprint: null,
    compatibility: 'auto',
    requestTimeoutMs: 1_000,
    queryDelayMs: 300_000,
    prefix: 'hunt',
  },
  kibana: null,
  limits: { concurrency: 1, deadlineMs: 1_000, rowsMax: 9_999 },
  redis: null,
  notify: [],
  serve: null,
  retention: { findings: null, sightings: null, runs: null, outbox: null, events: null },
  unattended: { graceMs: 1_000, backOffMs: [60_000] },
};

function fakeEngine(asked: Question[], answer: (question: Question) => Partial<Answer>): Engine {
  const blank: Answer = { columns: [], rows: [], truncated: false, partial: [], warnings: [], tookMs: 1, awaitedMs: 1 };
  return {
    name: 'elasticsearch',
    info: async () => ({ name: 'elasticsearch', version: '8.19.21', notes: [], warnings: [] }),
    fields: async (patterns) => ({
      indices: patterns,
      closed: [],
      missingShards: 0,
      unavailable: [],
      unmatched: [],
      types: new Map([
        ['@timestamp', 'date'],
        ['a', 'keyword'],
      ]),
      conflicts: new Map(),
    }),
    query: async (question) => {
      asked.push(question);
      return { ...blank, ...answer(question) };
    },
    privileges: async (patterns) => patterns.map((pattern) => ({ pattern, missing: [] })),
    [Symbol.asyncDispose]: async () => {},
  };
}
