import type { DatabaseSync } from 'node:sqlite';
import type { Finding, Sighting } from '../../core/finding.ts';
import type { RunRecord } from '../../core/run.ts';
import { findingDocument } from '../documents/finding-document.ts';
import type { FindingWrite, WriteOutcome, WriteResult } from '../port.ts';
import { refusalOf } from '../refusal.ts';
import { runDocument } from '../documents/run-document.ts';
import { sightingDocument } from '../documents/sighting-document.ts';
import { hostsOf } from '../view.ts';

/** Findings onto their marks, sightings as they are. Runs inside the caller's transaction. */
export function writeAll(
  db: DatabaseSync,
  findings: readonly FindingWrite[],
  sightings: readonly Sighting[],
): WriteResult {
  const put = findingWriter(db);
  const putSighting = sightingWriter(db);
  return {
    findings: findings.map((write) => outcomeOf(write, put)),
    refusedSightings: sightings.flatMap((sighting) => {
      const because = refusalOf(sighting);
      if (because !== null) return [{ sighting, because }];
      putSighting(sighting);
      return [];
    }),
  };
}

export function writeRun(db: DatabaseSync, run: RunRecord): void {
  const { runId, huntId, job, verdict, startedAt } = run;
  const insert = db.prepare(
    'INSERT OR REPLACE INTO runs (run_id, hunt_id, job_id, verdict, started_at, document) VALUES (?, ?, ?, ?, ?, ?)',
  );
  insert.run(runId, huntId, job?.id ?? null, verdict, startedAt, JSON.stringify(runDocument(run)));
}

function outcomeOf({ finding, mark }: FindingWrite, put: ReturnType<typeof findingWriter>): WriteOutcome {
  const { fingerprint, latest } = finding.state;
  const because = refusalOf(latest);
  if (because !== null) return { fingerprint, status: 'refused', because };
  return { fingerprint, status: put(finding, mark) ? 'written' : 'conflict' };
}

/** Gives whether the finding was written: not when it is no longer, or not yet, as its mark says. */
function findingWriter(db: DatabaseSync): (finding: Finding, mark: string | null) => boolean {
  const remove = db.prepare('DELETE FROM findings WHERE fingerprint = ? AND seq = ?');
  const insert = db.prepare(`
    INSERT INTO findings (fingerprint, hunt_id, first_id, status, severity, disposition, news_at, document)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (fingerprint) DO NOTHING`);
  const insertHost = db.prepare('INSERT OR IGNORE INTO finding_hosts (fingerprint, host) VALUES (?, ?)');
  return (finding, mark) => {
    const { state, triage, newsAt } = finding;
    const { fingerprint, firstHuntId, latest } = state;
    if (mark !== null && remove.run(fingerprint, Number(mark)).changes === 0) return false;
    const { changes } = insert.run(
      fingerprint,
      latest.huntId,
      firstHuntId,
      triage.status,
      latest.severity,
      triage.disposition,
      newsAt,
      JSON.stringify(findingDocument(finding)),
    );
    if (changes === 0) return false;
    for (const host of hostsOf(state)) insertHost.run(fingerprint, host);
    return true;
  };
}

function sightingWriter(db: DatabaseSync): (sighting: Sighting) => void {
  const insert = db.prepare(
    'INSERT OR REPLACE INTO sightings (fingerprint, tile_start, tile_end, document) VALUES (?, ?, ?, ?)',
  );
  return (sighting) => {
    const { fingerprint, tileStart, tileEnd } = sighting;
    insert.run(fingerprint, tileStart, tileEnd, JSON.stringify(sightingDocument(sighting)));
  };
}
