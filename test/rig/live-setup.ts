// vitest's set-up of the project `live`: starts the servers that can be started here, hands them to the tests, ends them.
//   LIVE=required                                  what is missing is an error that names what to install
//   LIVE=off                                       nothing is started, every live suite is skipped
//   LIVE_SERVERS=elasticsearch8,secured            only these are started
//   LIVE_ELASTICSEARCH8=http://127.0.0.1:9200      this one is used, none is started (LIVE_ELASTICSEARCH9 likewise)
import type { TestProject } from 'vitest/node';
import { ELASTICSEARCH_8, ELASTICSEARCH_9, type Distribution } from './assemble.ts';
import { isInstalled } from './command.ts';
import { javaHome } from './java.ts';
import type { LiveServers, ServerName, Servers } from './live.ts';
import { startElasticsearch, startRedis, startSecured, type ElasticsearchInfo, type Running } from './servers.ts';

interface Starter {
  /** What to install before it can start; null: nothing. */
  readonly missing: () => string | null;
  readonly start: () => Promise<Running<Servers[ServerName]>>;
}

const STARTERS: Readonly<Record<ServerName, Starter>> = {
  elasticsearch8: elasticsearch(ELASTICSEARCH_8, 'LIVE_ELASTICSEARCH8'),
  elasticsearch9: elasticsearch(ELASTICSEARCH_9, 'LIVE_ELASTICSEARCH9'),
  secured: {
    missing: () => missingFor(ELASTICSEARCH_8) ?? missingProgram('openssl', 'openssl', 'version'),
    start: startSecured,
  },
  redis: { missing: () => missingProgram('redis-server'), start: startRedis },
};
const NAMES = Object.keys(STARTERS) as ServerName[];
const AT_ONCE = 2; // a node keeps one core or more busy for the 12 s of its start

type Outcome = { readonly name: ServerName } & (
  { readonly server: Running<Servers[ServerName]> } | { readonly missing: string }
);

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const outcomes = await pooled(NAMES, AT_ONCE, begin);
  const running = outcomes.filter((outcome) => 'server' in outcome);
  const missing = outcomes.filter((outcome) => 'missing' in outcome);
  const stop = async (): Promise<void> => {
    await Promise.all(running.map(({ server }) => server[Symbol.asyncDispose]()));
  };
  if (process.env['LIVE'] === 'required' && missing.length > 0) {
    await stop();
    const told = missing.map((outcome) => `${outcome.name}: ${outcome.missing}`);
    throw new Error(`LIVE=required, and not every server is here\n${told.join('\n')}`);
  }
  project.provide('live', {
    servers: Object.fromEntries(running.map(({ name, server }) => [name, server.info])),
    missing: Object.fromEntries(missing.map((outcome) => [outcome.name, outcome.missing])),
  } satisfies LiveServers);
  return stop;
}

async function begin(name: ServerName): Promise<Outcome> {
  const missing = reasonAgainst(name) ?? STARTERS[name].missing();
  if (missing !== null) return tell({ name, missing });
  const began = Date.now();
  try {
    const server = await STARTERS[name].start();
    say(`${name} at ${server.info.url}, after ${((Date.now() - began) / 1_000).toFixed(1)} s`);
    return { name, server };
  } catch (error) {
    return tell({ name, missing: error instanceof Error ? error.message : String(error) });
  }
}

function tell<T extends { readonly name: ServerName; readonly missing: string }>(outcome: T): T {
  say(`no ${outcome.name}: ${outcome.missing}`);
  return outcome;
}

function say(words: string): void {
  process.stderr.write(`live: ${words}\n`);
}

/** Why the caller does not want it; null: it is wanted. */
function reasonAgainst(name: ServerName): string | null {
  if (process.env['LIVE'] === 'off') return 'LIVE=off';
  const chosen = process.env['LIVE_SERVERS']?.split(',');
  return chosen === undefined || chosen.includes(name) ? null : `not in LIVE_SERVERS=${chosen.join()}`;
}

function elasticsearch(distribution: Distribution, variable: string): Starter {
  const url = process.env[variable];
  if (url === undefined)
    return { missing: () => missingFor(distribution), start: () => startElasticsearch(distribution) };
  return { missing: () => null, start: () => borrow(url) };
}

/** A node that somebody else runs: used, not ended. */
async function borrow(url: string): Promise<Running<ElasticsearchInfo>> {
  const answer = await fetch(`${url}/_nodes?filter_path=nodes.*.version`);
  const { nodes } = (await answer.json()) as { nodes: Record<string, { version: string }> };
  const version = Object.values(nodes)[0]?.version ?? 'unknown';
  return { info: { url, version }, folder: '', pids: [], [Symbol.asyncDispose]: async () => {} };
}

function missingFor({ java }: Distribution): string | null {
  try {
    javaHome(java);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return missingProgram('mvn', 'maven') ?? missingProgram('unzip', 'unzip', '-v');
}

function missingProgram(program: string, installs = program, versionFlag = '--version'): string | null {
  return isInstalled(program, versionFlag) ? null : `"${program}" is not installed: apt-get install ${installs}`;
}

/** Works through items, at most `atOnce` at a time; results in the order of the items. */
async function pooled<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
