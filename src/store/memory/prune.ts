import { findingOf } from '../documents/finding-document.ts';
import type { NoticeTexts } from './outbox.ts';
import { noticeOf } from '../documents/notice-document.ts';
import type { PruneRequest, PruneResult } from '../port.ts';
import { runOf } from '../documents/run-document.ts';
import { sightingOf } from '../documents/sighting-document.ts';

interface Texts {
  readonly findings: Map<string, { readonly json: string }>;
  readonly sightings: Map<string, string>;
  readonly runs: Map<string, string>;
  readonly outbox: NoticeTexts;
}

/** Removes, or counts, what is older than asked. */
export function pruneMaps(texts: Texts, request: PruneRequest, dryRun: boolean): PruneResult {
  const findings = idsWhere(texts.findings, ({ json }) => isOldFinding(json, request));
  const gone = new Set(findings);
  const sightings = idsWhere(texts.sightings, (json) => isOldSighting(json, gone, request));
  const runs = idsWhere(texts.runs, (json) => isOldRun(json, request));
  const outbox = idsWhere(texts.outbox, ({ json }) => isSettledNotice(json, request));
  if (!dryRun) {
    for (const id of findings) texts.findings.delete(id);
    for (const id of sightings) texts.sightings.delete(id);
    for (const id of runs) texts.runs.delete(id);
    for (const id of outbox) texts.outbox.delete(id);
  }
  return { findings: findings.length, sightings: sightings.length, runs: runs.length, outbox: outbox.length };
}

function idsWhere<T>(texts: ReadonlyMap<string, T>, isOld: (text: T) => boolean): string[] {
  return [...texts].filter(([, text]) => isOld(text)).map(([id]) => id);
}

function isOldFinding(json: string, { findings: limit }: PruneRequest): boolean {
  if (limit === null) return false;
  const { state, triage } = findingOf(JSON.parse(json), 'a finding');
  return triage.status === 'closed' && state.lastSeen < limit;
}

function isOldSighting(json: string, gone: ReadonlySet<string>, { sightings: limit }: PruneRequest): boolean {
  const { fingerprint, tileEnd } = sightingOf(JSON.parse(json), 'a sighting');
  return gone.has(fingerprint) || (limit !== null && tileEnd < limit);
}

function isOldRun(json: string, { runs: limit }: PruneRequest): boolean {
  return limit !== null && runOf(JSON.parse(json), 'a run').endedAt < limit;
}

function isSettledNotice(json: string, { outbox: limit }: PruneRequest): boolean {
  const { state, settledAt } = noticeOf(JSON.parse(json), 'a notice');
  return limit !== null && settledAt !== null && settledAt < limit && (state === 'sent' || state === 'dropped');
}
