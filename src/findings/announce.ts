import type { Delta, Finding, FindingState } from '../core/finding.ts';
import { type Audience, isTold, newNotice, NEWS_DELTAS, NEWS_KEPT, newsKey, type Notice } from '../core/notice.ts';
import type { Instant } from '../core/time.ts';

interface Announced {
  /** With its news, where somebody is told of it. */
  readonly finding: Finding;
  readonly notices: readonly Notice[];
}

/**
 * Whom to tell of a finding that is about to be written with a delta, which `state` gave it. The notices go into the outbox
 * first, and the finding carries what they claim: only a claim that a stored finding carries is ever sent, so one whose
 * finding was not written, or was written as something else by another, is told to nobody.
 */
export function announce(
  finding: Finding,
  delta: Delta,
  { fingerprint, latest }: FindingState,
  { audience, at }: { readonly audience: Audience; readonly at: Instant },
): Announced {
  const news = NEWS_DELTAS.find((word) => word === delta);
  if (news === undefined) return { finding, notices: [] };
  const { severity, huntId, runId } = latest;
  const rules = audience.rules.filter((rule) => isTold(rule, news, severity));
  if (rules.length === 0) return { finding, notices: [] };
  const tile = { start: latest.tileStart, end: latest.tileEnd };
  const told = { fingerprint, delta: news, tile, severity, huntId, jobId: audience.jobId, runId };
  return {
    finding: { ...finding, news: [...(finding.news ?? []), newsKey(news, tile)].slice(-NEWS_KEPT) },
    notices: rules.map(({ channel }) => newNotice(told, channel, at)),
  };
}
