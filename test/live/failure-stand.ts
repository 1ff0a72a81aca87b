// Where one failure is made: a site of its own whose findings go to indices of its own, behind a proxy before a real node.
import { connect } from '../../src/elastic/client.ts';
import { elasticsearchStore } from '../../src/store/elasticsearch/store.ts';
import type { Ended } from '../rig/command.ts';
import { settingsFor } from '../elastic/settings.ts';
import { ask, mustAsk, type Node } from '../rig/elasticsearch.ts';
import { huntRig, type HuntRig } from '../rig/hunt.ts';
import { uniqueName } from '../rig/live.ts';
import { startProxy, type Proxy } from '../rig/proxy.ts';

/** The hunt that finds the planted beacon, and the day on which it lies. */
export const HUNT = 'network/high-connection-count';
export const DAY = ['--from', '2026-06-01', '--to', '2026-06-02'];

/** A node, and the index prefix of the events that were planted on it. */
export interface Estate {
  readonly node: Node;
  readonly events: string;
}

export interface Stand extends Estate, AsyncDisposable {
  readonly proxy: Proxy;
  /** First part of the names of the indices that findings go to. */
  readonly store: string;
  /** A site whose node is the proxy, unless `nodes` says otherwise. Made anew by each call. */
  site(options?: SiteOptions): Promise<HuntRig>;
  /** `hunt run` of the hunt over the day, as JSON. */
  run(options?: SiteOptions, ...flags: readonly string[]): Promise<Ended>;
  /** What the store holds, in words. */
  written(): Promise<string>;
}

interface SiteOptions {
  readonly nodes?: string;
  /** Index patterns of the source that has the beacon. */
  readonly index?: readonly string[];
  readonly elasticsearch?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** `setUp: false` leaves the store away. A node with security has no proxy before it: a proxy speaks http. */
export async function standOn({ node, events }: Estate, setUp = true): Promise<Stand> {
  const store = uniqueName('fail-hunt');
  const proxy = await startProxy(node.url);
  const rigs: HuntRig[] = [];
  if (setUp) await setUpStore(node, store);
  const site = async (options: SiteOptions = {}): Promise<HuntRig> => {
    const nodes = options.nodes ?? (node.elastic === undefined ? proxy.url : node.url);
    const rig = await huntRig({
      env: options.env ?? {},
      files: { 'hunt.config.yml': configText({ events, store, nodes }, options), ...options.files },
    });
    rigs.push(rig);
    return rig;
  };
  return {
    node,
    events,
    proxy,
    store,
    site,
    run: async (options, ...flags) => (await site(options)).hunt('run', HUNT, ...DAY, '--json', ...flags),
    written: () => writtenTo(node, store),
    async [Symbol.asyncDispose]() {
      await Promise.all(rigs.map((rig) => rig[Symbol.asyncDispose]()));
      await proxy[Symbol.asyncDispose]();
      await removeStore(node, store);
    },
  };
}

function configText(at: { events: string; store: string; nodes: string }, options: SiteOptions): string {
  return JSON.stringify({
    elasticsearch: { nodes: [at.nodes], prefix: at.store, ...options.elasticsearch },
    sources: {
      'endpoint.network': { absent: true },
      'sysmon.network': { index: options.index ?? [`${at.events}logs-windows.sysmon_operational-default`] },
    },
  });
}

/** By the same code as `hunt setup`, without the second that its process takes. */
async function setUpStore(node: Node, prefix: string): Promise<void> {
  const auth = node.elastic === undefined ? ({ type: 'none' } as const) : ({ type: 'basic', ...node.elastic } as const);
  const { readFile } = await import('node:fs/promises');
  const ca = node.caFile === undefined ? null : await readFile(node.caFile, 'utf8');
  await using client = connect(settingsFor(node.url, { auth, ca, requestTimeoutMs: 30_000 }));
  await using store = elasticsearchStore(client, { prefix });
  await store.setup({ dryRun: false }, new AbortController().signal);
}

const KINDS = ['findings', 'sightings', 'runs', 'ledger', 'outbox'] as const;

async function writtenTo(node: Node, prefix: string): Promise<string> {
  const parts: string[] = [];
  for (const kind of KINDS) {
    await ask(node, 'POST', `/${prefix}-${kind}/_refresh`);
    const { status, json } = await ask(node, 'GET', `/${prefix}-${kind}/_count`);
    const { count } = json as { count?: number };
    if (status === 200 && count !== undefined && count > 0)
      parts.push(`${count} ${count === 1 ? kind.slice(0, -1) : kind}`);
  }
  return parts.join(', ') || 'nothing';
}

async function removeStore(node: Node, prefix: string): Promise<void> {
  const { json } = await ask(node, 'GET', `/_resolve/index/${prefix}-*?expand_wildcards=all`);
  for (const { name } of (json as { indices: readonly { name: string }[] }).indices) {
    await mustAsk(node, 'DELETE', `/${name}`);
  }
  for (const kind of KINDS) await ask(node, 'DELETE', `/_index_template/${prefix}-${kind}`);
  const { json: found } = await ask(node, 'GET', `/_component_template/${prefix}-*`);
  const components = (found as { component_templates?: readonly { name: string }[] }).component_templates ?? [];
  for (const { name } of components) await ask(node, 'DELETE', `/_component_template/${name}`);
}

/** How a failure was told: in the record of the run where there was one, else on standard error. */
export interface Told {
  readonly verdict: string;
  readonly exit: number | null;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly warnings: readonly string[];
  readonly record: RunJson | null;
}

interface RunJson {
  readonly verdict: string;
  readonly findings: number;
  readonly reasons: readonly { readonly code: string; readonly text: string }[];
  readonly warnings: readonly string[];
  readonly missingFields: readonly string[];
  readonly error: { readonly code: string; readonly message: string; readonly remedy: string | null } | null;
}

export function toldBy({ exitCode, stdout, stderr }: Ended): Told {
  const [result] = stdout === '' ? [] : (JSON.parse(stdout) as { readonly run: RunJson }[]);
  return { exit: exitCode, ...(result === undefined ? onStandardError(stderr) : inRecord(result.run)) };
}

function inRecord(run: RunJson): Omit<Told, 'exit'> {
  const { verdict, reasons, warnings, error } = run;
  const code = error?.code ?? reasons.map((reason) => reason.code).join(', ');
  const message = error?.message ?? reasons.map((reason) => reason.text).join('; ');
  return { verdict, code, message, remedy: error?.remedy ?? '', warnings, record: run };
}

/** `Message [CODE]`, and the remedy on the line below. Problems of the configuration stand before it, one a line. */
function onStandardError(stderr: string): Omit<Told, 'exit'> {
  const lines = stderr.trimEnd().split('\n');
  const at = lines.findIndex((line) => / \[[A-Z_]+\]$/.test(line));
  const [, message = '', code = ''] = /^(.*) \[([A-Z_]+)\]$/.exec(lines[at] ?? '') ?? [];
  const problems = lines.slice(0, Math.max(0, at)).join('; ');
  const remedy = lines.slice(at + 1).join('\n');
  return {
    verdict: 'none',
    code,
    message: [problems, message].filter((text) => text !== '').join('; '),
    remedy,
    warnings: [],
    record: null,
  };
}

/** Text without what differs from one machine, or one run, to the next. */
export function withoutPlaces(text: string, { node, events, store, proxy }: Stand): string {
  const pairs = [
    [proxy.url, 'http://node:9200'],
    [node.url, 'https://node:9200'],
    [new URL(proxy.url).host, 'node:9200'],
    [new URL(node.url).host, 'node:9200'],
    [events, ''],
    [store, 'hunt'],
  ] as const;
  const replaced = pairs.reduce((all, [from, to]) => all.replaceAll(from, to), text);
  return replaced
    .replace(/(?:\/[\w.-]+)+\/([\w.-]+)/g, (path, name: string) => (path.startsWith('/tmp') ? name : path))
    .replace(/127\.0\.0\.1:\d+/g, 'node:9200')
    .replace(/\b[0-9a-f]{64}\b/g, '3fa94c01…')
    .replace(/"F[\w=-]{40,}"/g, '"…"');
}
