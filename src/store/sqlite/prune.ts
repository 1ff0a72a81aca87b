import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { HuntError } from '../../core/error.ts';
import type { PruneRequest, PruneResult } from '../port.ts';

/** Rows of one transaction: some 50 ms, so that others who write are not kept waiting. */
const ROWS_AT_ONCE = 2_000;

interface Choice {
  readonly table: 'findings' | 'sightings' | 'runs' | 'outbox';
  readonly where: string;
  readonly parameters: readonly (string | number)[];
}

/** How many rows `pruneRows` would remove. */
export function countRows(db: DatabaseSync, request: PruneRequest): PruneResult {
  const count = ({ table, where, parameters }: Choice): number => {
    const row = db.prepare(`SELECT count(*) AS total FROM ${table} WHERE ${where}`).get(...parameters);
    return (row as { readonly total: number }).total;
  };
  return {
    findings: count(oldFindings(request)),
    sightings: count(oldSightings(request)),
    runs: count(oldRuns(request)),
    outbox: count(settledNotices(request)),
  };
}

/** Transaction by transaction, others in between; a finding goes with its sightings. CANCELLED after an abort. */
export async function pruneRows(
  writing: <T>(work: (db: DatabaseSync) => T) => T,
  request: PruneRequest,
  signal: AbortSignal,
): Promise<PruneResult> {
  const removed = { findings: 0, sightings: 0, runs: 0, outbox: 0 };
  const repeat = async (step: (db: DatabaseSync) => number): Promise<void> => {
    for (let changed = ROWS_AT_ONCE; changed >= ROWS_AT_ONCE; await setImmediate()) {
      if (signal.aborted) throw new HuntError('CANCELLED', 'Cannot prune the store: called off');
      changed = writing(step);
    }
  };
  await repeat((db) => {
    const { findings, sightings } = removeFindings(db, request);
    removed.findings += findings;
    removed.sightings += sightings;
    return findings;
  });
  const byAge = { ...request, findings: null };
  const choices = { sightings: oldSightings(byAge), runs: oldRuns(request), outbox: settledNotices(request) };
  for (const name of ['sightings', 'runs', 'outbox'] as const) {
    const choice = choices[name];
    await repeat((db) => {
      const changed = removeSome(db, choice);
      removed[name] += changed;
      return changed;
    });
  }
  return removed;
}

function removeFindings(db: DatabaseSync, request: PruneRequest): { findings: number; sightings: number } {
  const { where, parameters } = oldFindings(request);
  const select = db.prepare(`SELECT fingerprint FROM findings WHERE ${where} LIMIT ${ROWS_AT_ONCE}`);
  const found = select.all(...parameters) as unknown as readonly { readonly fingerprint: string }[];
  const ids = JSON.stringify(found.map(({ fingerprint }) => fingerprint));
  const remove = (table: 'findings' | 'sightings') =>
    Number(db.prepare(`DELETE FROM ${table} WHERE fingerprint IN (SELECT value FROM json_each(?))`).run(ids).changes);
  return { sightings: remove('sightings'), findings: remove('findings') };
}

function removeSome(db: DatabaseSync, { table, where, parameters }: Choice): number {
  const chosen = `SELECT rowid FROM ${table} WHERE ${where} LIMIT ${ROWS_AT_ONCE}`;
  return Number(db.prepare(`DELETE FROM ${table} WHERE rowid IN (${chosen})`).run(...parameters).changes);
}

function oldFindings({ findings: limit }: PruneRequest): Choice {
  if (limit === null) return { table: 'findings', where: 'FALSE', parameters: [] };
  const where = "status = 'closed' AND json_extract(document, '$.hunt.state.lastSeen') < ?";
  return { table: 'findings', where, parameters: [limit] };
}

/** Those of findings that are old, and those that are old themselves. */
function oldSightings(request: PruneRequest): Choice {
  const { where, parameters } = oldFindings(request);
  const ofFindings = `fingerprint IN (SELECT fingerprint FROM findings WHERE ${where})`;
  if (request.sightings === null) return { table: 'sightings', where: ofFindings, parameters };
  return {
    table: 'sightings',
    where: `(${ofFindings} OR tile_end < ?)`,
    parameters: [...parameters, request.sightings],
  };
}

/** A run that ended before had started before: the index narrows by that. */
function oldRuns({ runs: limit }: PruneRequest): Choice {
  if (limit === null) return { table: 'runs', where: 'FALSE', parameters: [] };
  const where = "started_at < ? AND json_extract(document, '$.hunt.record.endedAt') < ?";
  return { table: 'runs', where, parameters: [limit, limit] };
}

function settledNotices({ outbox: limit }: PruneRequest): Choice {
  if (limit === null) return { table: 'outbox', where: 'FALSE', parameters: [] };
  return { table: 'outbox', where: "state IN ('sent', 'dropped') AND settled_at < ?", parameters: [limit] };
}
