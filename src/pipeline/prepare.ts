import type { Hunt } from '../core/hunt.ts';
import type { Instant } from '../core/time.ts';
import type { Reason } from '../core/verdict.ts';
import type { FieldCaps } from '../engine/port.ts';
import type { Account } from './account.ts';
import type { CheckedHunt } from './checked.ts';
import { frameOf } from './frame-of.ts';
import { lagWarnings } from './lag.ts';
import { exceptionsBefore, listsBefore, patternsOf, rangeOf, type RunPlan } from './plan.ts';
import type { RunEffects, RunRequest } from './request.ts';
import { judgeSources, lookAtSources } from './sources.ts';

/** What exists before anything is asked; without a plan there is nothing to ask, and the sources say why. */
export interface Prepared {
  readonly caps: FieldCaps;
  readonly plan: RunPlan | null;
}

/** Which indices and fields exist, and from that the plan of the run. */
export async function prepare(
  checked: CheckedHunt,
  hunt: Hunt,
  request: RunRequest,
  effects: RunEffects,
  account: Account,
): Promise<Prepared> {
  const maxAgeMs = fieldsMaxAge(request, effects.now());
  const caps = await account.awaited(effects.engine.fields(patternsOf(checked), effects.signal, maxAgeMs));
  account.reasons.push(...closedIndices(caps), ...missingShards(caps), ...missingKeys(checked, caps));
  const frame = frameOf(checked.sources, caps, request.clock, checked.fields);
  if (frame === null) return { caps, plan: null };
  account.missingFields = [...frame.missing.keys()].sort();
  const now = effects.now();
  const exceptions = hunt.body.type === 'esql' ? [] : exceptionsBefore(checked, hunt, now);
  const range = rangeOf(hunt, request);
  return { caps, plan: { checked, hunt, request, range, caps, frame, before: listsBefore(checked, now), exceptions } };
}

/** Runs that begin so close to each other may share what they know of fields. */
const FIELDS_SHARED_MS = 1_000;

/**
 * How old the fields may be that a run goes by, ms. Of a job: as they were at its slot or later, which is what a run
 * would know that had begun at the slot. Ad hoc: as they are now.
 */
function fieldsMaxAge({ tile, queryDelayMs }: RunRequest, now: Instant): number {
  if (queryDelayMs === null) return 0;
  return Math.max(0, Math.min(FIELDS_SHARED_MS, now - (tile.end + queryDelayMs)));
}

/** Asks each source what it sent, and says what its silence means. */
export async function inquire(
  checked: CheckedHunt,
  caps: FieldCaps,
  request: RunRequest,
  effects: RunEffects,
  account: Account,
): Promise<void> {
  const { sources, absent, hunt } = checked;
  const { tile, clock, deadlineMs, queryDelayMs } = request;
  account.sources = await lookAtSources({
    sources,
    absent,
    caps,
    fieldsOf: (patterns) =>
      account.awaited(effects.engine.fields(patterns, effects.signal, fieldsMaxAge(request, effects.now()))),
    tile,
    clock,
    deadlineMs,
    measureLag: queryDelayMs !== null,
    ask: (question) => account.ask(question),
  });
  const sporadic = new Set(
    sources.filter(({ source }) => source.heartbeatMs === 'sporadic').map(({ source }) => source.name),
  );
  account.reasons.push(...judgeSources(hunt.sources, account.sources, sporadic, tile.end));
  if (queryDelayMs !== null)
    for (const warning of lagWarnings(account.sources, queryDelayMs)) account.warnings.add(warning);
}

/** A closed index is skipped by every query without a word. */
function closedIndices(caps: FieldCaps): Reason[] {
  if (caps.closed.length === 0) return [];
  const text = `Closed indices were not read: ${caps.closed.join(', ')}`;
  return [{ verdict: 'degraded', code: 'closed_index', text }];
}

/** Measured on 8.19.21: with a request filter such a shard is left out, and the answer still calls itself whole. */
function missingShards({ missingShards, unavailable }: FieldCaps): Reason[] {
  if (missingShards === 0) return [];
  const named = unavailable.length === 0 ? '' : `, among them all of ${unavailable.join(', ')}`;
  const text = `Shards that no node holds were not read: ${missingShards}${named}`;
  return [{ verdict: 'degraded', code: 'shard_missing', text }];
}

/** Without its key field a hunt can find nothing; `process.name` has a stand-in. */
function missingKeys({ hunt }: CheckedHunt, caps: FieldCaps): Reason[] {
  if (hunt.body.type === 'esql' || caps.indices.length === 0) return [];
  const missing = hunt.body.of.filter(
    (name) => !caps.types.has(name) && !(name === 'process.name' && caps.types.has('process.executable')),
  );
  return missing.map((name) => ({
    verdict: 'blind',
    code: 'key_missing',
    text: `Key field "${name}" is mapped nowhere`,
  }));
}
