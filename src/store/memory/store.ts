import { HuntError } from '../../core/error.ts';
import type { Finding, Fingerprint, Sighting } from '../../core/finding.ts';
import type { RunRecord } from '../../core/run.ts';
import { findingDocument, findingOf } from '../documents/finding-document.ts';
import type {
  FindingFilter,
  FindingWrite,
  Page,
  RunFilter,
  SetupStep,
  Store,
  StoredFinding,
  WriteOutcome,
} from '../port.ts';
import { runDocument, runOf } from '../documents/run-document.ts';
import { type BookTexts, memoryBooks } from './books.ts';
import { memoryOutbox, type NoticeTexts } from './outbox.ts';
import { pruneMaps } from './prune.ts';
import { refusalOf } from '../refusal.ts';
import { theRun } from '../run-by-prefix.ts';
import { sightingDocument, sightingId, sightingOf } from '../documents/sighting-document.ts';
import { KINDS } from '../elasticsearch/templates.ts';
import { hostsOf } from '../view.ts';

interface Kept {
  readonly json: string;
  readonly mark: string;
}

interface Shelves {
  ready: boolean;
  writes: number;
  readonly findings: Map<Fingerprint, Kept>;
  readonly sightings: Map<string, string>;
  readonly runs: Map<string, string>;
  readonly books: BookTexts;
  readonly outbox: NoticeTexts;
}

/**
 * A store in memory, for tests. It keeps documents as JSON text: what is read went through the same documents as in
 * Elasticsearch, and nobody can change what is kept by changing what was given.
 */
export function memoryStore(): Store {
  const maps = { findings: new Map(), sightings: new Map(), runs: new Map(), books: new Map(), outbox: new Map() };
  const shelves: Shelves = { ready: false, writes: 0, ...maps };
  return {
    name: 'memory',
    setup: async ({ dryRun }) => setUp(shelves, dryRun),
    ready: async () => refuseUnlessReady(shelves),
    async read(ids) {
      refuseUnlessReady(shelves);
      return new Map(
        ids.flatMap((id) => {
          const kept = shelves.findings.get(id);
          return kept === undefined ? [] : [[id, readFinding(kept)] as const];
        }),
      );
    },
    async write(findings, sightings) {
      refuseUnlessReady(shelves);
      const outcomes = findings.map((write) => put(shelves, write));
      const refusedSightings = sightings.flatMap((sighting) => putSighting(shelves, sighting));
      return { findings: outcomes, refusedSightings };
    },
    async saveRun(run) {
      refuseUnlessReady(shelves);
      shelves.runs.set(run.runId, JSON.stringify(runDocument(run)));
    },
    ...listings(shelves),
    ...memoryBooks(shelves.books, () => refuseUnlessReady(shelves)),
    ...memoryOutbox(shelves.outbox, () => refuseUnlessReady(shelves)),
    async prune(request, { dryRun }, signal) {
      refuseUnlessReady(shelves);
      if (signal.aborted) throw new HuntError('CANCELLED', 'Cannot prune the memory store: called off');
      return pruneMaps(shelves, request, dryRun);
    },
    refresh: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function listings(shelves: Shelves): Pick<Store, 'list' | 'sightings' | 'runs' | 'run'> {
  const allRuns = () => [...shelves.runs.values()].map((json) => runOf(JSON.parse(json), 'a run'));
  return {
    async list(filter, limit) {
      const found = [...shelves.findings.values()].map(readFinding).filter(({ finding }) => passes(finding, filter));
      return page(
        found,
        limit,
        ({ finding }) => finding.newsAt,
        ({ finding }) => finding.state.fingerprint,
      );
    },
    async sightings(fingerprint, limit) {
      const all = [...shelves.sightings.values()].map((json) => sightingOf(JSON.parse(json), 'a sighting'));
      const found = all.filter((sighting) => sighting.fingerprint === fingerprint);
      return page(
        found,
        limit,
        ({ tileEnd }) => tileEnd,
        ({ tileStart }) => String(tileStart),
      );
    },
    runs: async (filter, limit) =>
      page(
        allRuns().filter((run) => passesRun(run, filter)),
        limit,
        ({ startedAt }) => startedAt,
        ({ runId }) => runId,
      ),
    run: async (prefix) =>
      theRun(
        prefix,
        allRuns().filter(({ runId }) => runId.startsWith(prefix)),
      ),
  };
}

function readFinding({ json, mark }: Kept): StoredFinding {
  return { finding: findingOf(JSON.parse(json), 'a finding'), mark };
}

function setUp(shelves: Shelves, dryRun: boolean): SetupStep[] {
  const status = shelves.ready ? 'present' : dryRun ? 'would create' : 'created';
  shelves.ready ||= !dryRun;
  return KINDS.map((kind) => ({ what: `memory for ${kind}`, status }));
}

function refuseUnlessReady({ ready }: Shelves): void {
  if (ready) return;
  throw new HuntError('STORE_NOT_READY', 'The memory store is not set up', { remedy: 'Call setup first' });
}

function put(shelves: Shelves, { finding, mark }: FindingWrite): WriteOutcome {
  const { fingerprint, latest } = finding.state;
  if ((shelves.findings.get(fingerprint)?.mark ?? null) !== mark) return { fingerprint, status: 'conflict' };
  const because = refusalOf(latest);
  if (because !== null) return { fingerprint, status: 'refused', because };
  const kept = { json: JSON.stringify(findingDocument(finding)), mark: String(++shelves.writes) };
  shelves.findings.set(fingerprint, kept);
  return { fingerprint, status: 'written' };
}

function putSighting(shelves: Shelves, sighting: Sighting): { sighting: Sighting; because: string }[] {
  const because = refusalOf(sighting);
  if (because !== null) return [{ sighting, because }];
  shelves.sightings.set(sightingId(sighting), JSON.stringify(sightingDocument(sighting)));
  return [];
}

function passes({ state, triage, newsAt }: Finding, filter: FindingFilter): boolean {
  const { idPrefix, hunt, host, since, statuses, severities, dispositions } = filter;
  return (
    (idPrefix === undefined || state.fingerprint.startsWith(idPrefix)) &&
    (hunt === undefined || hunt === state.latest.huntId || hunt === state.firstHuntId) &&
    (statuses === undefined || statuses.includes(triage.status)) &&
    (severities === undefined || severities.includes(state.latest.severity)) &&
    (dispositions === undefined || (triage.disposition !== null && dispositions.includes(triage.disposition))) &&
    (host === undefined || hostsOf(state).includes(host.toLowerCase())) &&
    (since === undefined || newsAt >= since)
  );
}

function passesRun(run: RunRecord, { hunt, job, verdicts, since, tileStarts }: RunFilter): boolean {
  return (
    (hunt === undefined || hunt === run.huntId) &&
    (job === undefined || job === run.job?.id) &&
    (verdicts === undefined || verdicts.includes(run.verdict)) &&
    (tileStarts === undefined || tileStarts.includes(run.tile.start)) &&
    (since === undefined || run.startedAt >= since)
  );
}

/** Newest first, then by a second key, as the other stores sort. */
function page<T>(items: readonly T[], limit: number, time: (item: T) => number, then: (item: T) => string): Page<T> {
  const sorted = items.toSorted((a, b) => time(b) - time(a) || (then(a) < then(b) ? -1 : 1));
  return { items: sorted.slice(0, limit), total: items.length };
}
