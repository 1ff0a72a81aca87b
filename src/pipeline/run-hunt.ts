import { isHuntError } from '../core/error.ts';
import type { Hunt } from '../core/hunt.ts';
import type { HuntRow } from '../core/row.ts';
import type { RunRecord } from '../core/run.ts';
import { enrich } from '../findings/enrich.ts';
import { except } from '../findings/except.ts';
import { excludeCidrs, rowExclusions } from '../findings/exclude-cidrs.ts';
import type { GeoLookup } from '../findings/geoip.ts';
import { keepRows } from '../findings/keep.ts';
import type { Sifted } from '../findings/sift.ts';
import { type FoundItem, splitCarried, toFinding } from '../findings/to-finding.ts';
import { Account } from './account.ts';
import { askEsql } from './ask-esql.ts';
import { askFirstSeen } from './ask-first-seen.ts';
import { askPrevalence } from './ask-prevalence.ts';
import type { CheckedHunt } from './checked.ts';
import { contextOf } from './context.ts';
import { deliverItems } from './deliver-items.ts';
import { type Enriched, enrichEvents } from './enrich-events.ts';
import { type Evidence, ownEvents, sampleEvents } from './evidence.ts';
import { rangeOf, type RunPlan, withParams } from './plan.ts';
import { comparedStarts, judgePopulation } from './population.ts';
import { inquire, prepare } from './prepare.ts';
import type { RunEffects, RunFinding, RunRequest, RunResult } from './request.ts';
import { rowExceptions, rowKeep } from './row-rules.ts';

/**
 * Runs one hunt over one tile: the same for `hunt run` and for a scheduled run. Never rejects because a run failed: the
 * record then has the verdict `failed` and says why. What a run writes it may write again: nothing doubles.
 */
export async function runHunt(checked: CheckedHunt, request: RunRequest, effects: RunEffects): Promise<RunResult> {
  const hunt = withParams(checked.hunt, request.params);
  const account = new Account(hunt, request, rangeOf(hunt, request), effects);
  try {
    const findings = await examine(checked, hunt, request, effects, account);
    await compareWithEarlier(hunt, request, effects, account);
    const record = account.finished();
    await save(record, effects);
    return { record, findings };
  } catch (error) {
    if (!isHuntError(error)) throw error;
    return { record: await saveFailure(account.failed(error), effects), findings: [] };
  }
}

/** From the definition to the store, stage by stage. */
async function examine(
  checked: CheckedHunt,
  hunt: Hunt,
  request: RunRequest,
  effects: RunEffects,
  account: Account,
): Promise<RunFinding[]> {
  const { caps, plan } = await account.stage('prepare', () => prepare(checked, hunt, request, effects, account));
  await account.stage('sources', () => inquire(checked, caps, request, effects, account));
  if (plan === null) return [];
  const rows = await account.stage('query', () => ask(plan, account));
  const excepted = await account.stage('except', () => leaveOut(plan, rows, effects, account));
  const geoip = await account.stage('enrich', () => (hunt.geoip.length > 0 ? effects.geoip() : null));
  const enriched = geoip === null ? excepted : enrich(excepted, hunt.geoip, geoip);
  const kept = await account.stage('keep', () => keepWanted(plan, enriched, geoip, account));
  const { rows: left, answers } = await account.stage('enrich_events', () =>
    enrichEvents(plan, kept, effects, account),
  );
  const evidence = await account.stage('evidence', () => evidenceOf(plan, left, account));
  const items = asFindings(plan, left, geoip, { evidence, answers }, effects, account);
  return await account.stage('deliver', () => deliverItems(items, request, effects, account));
}

/** Rows of the tile; those that the reading range only carries along are counted. */
async function ask(plan: RunPlan, account: Account): Promise<HuntRow[]> {
  const { hunt, request } = plan;
  const rows = await askBody(plan, account);
  const { fresh, carried } = splitCarried(rows, { hunt, tile: request.tile, lookBackMs: request.lookBackMs });
  account.carried = carried;
  return fresh;
}

async function askBody(plan: RunPlan, account: Account): Promise<HuntRow[]> {
  const { body } = plan.hunt;
  if (body.type === 'prevalence') return await askPrevalence(plan, body, account);
  if (body.type === 'first_seen') return await askFirstSeen(plan, body, account);
  return plan.checked.query === null ? [] : await askEsql(plan, plan.checked.query, account);
}

/** Exceptions of an esql hunt, and lists of the stage `after`; a declarative hunt's exceptions acted on its events. */
function leaveOut(plan: RunPlan, rows: readonly HuntRow[], effects: RunEffects, account: Account): readonly HuntRow[] {
  const now = effects.now();
  const excepted =
    plan.hunt.body.type === 'esql' ? except(rows, rowExceptions(plan, account), now) : { rows, hidden: [] };
  return counted(
    excludeCidrs(counted(excepted, account), rowExclusions(plan.hunt.excludeCidrs, plan.checked.lists, now)),
    account,
  );
}

function keepWanted(
  plan: RunPlan,
  rows: readonly HuntRow[],
  geoip: GeoLookup | null,
  account: Account,
): readonly HuntRow[] {
  const keep = rowKeep(plan, geoip, account);
  return keep === null ? rows : counted(keepRows(rows, keep), account);
}

function counted({ rows, hidden }: Sifted, account: Account): readonly HuntRow[] {
  account.hidden.push(...hidden);
  return rows;
}

async function evidenceOf(plan: RunPlan, rows: readonly HuntRow[], account: Account): Promise<Evidence> {
  const { body } = plan.hunt;
  return body.type === 'esql' ? ownEvents : await sampleEvents(plan, body, rows, account);
}

function asFindings(
  plan: RunPlan,
  rows: readonly HuntRow[],
  geoip: GeoLookup | null,
  { evidence, answers }: { readonly evidence: Evidence; readonly answers: Enriched['answers'] },
  effects: RunEffects,
  account: Account,
): FoundItem[] {
  for (const note of geoip?.notes ?? []) account.warnings.add(note);
  const context = contextOf(plan, geoip, evidence, answers, effects.now(), account.population);
  return rows.map((row) => toFinding(row, context));
}

/** The population of the same weekday and time in the weeks before, where a store remembers it. */
async function compareWithEarlier(
  hunt: Hunt,
  { tile }: RunRequest,
  effects: RunEffects,
  account: Account,
): Promise<void> {
  const { store, signal } = effects;
  if (store === null || account.tilePopulation === null) return;
  const { items } = await store.runs({ hunt: hunt.id, tileStarts: comparedStarts(tile) }, EARLIER_RUNS_MAX, signal);
  const fallen = judgePopulation(account.tilePopulation, tile, items);
  if (fallen !== null) account.reasons.push(fallen);
}

async function save(record: RunRecord, { store, signal }: RunEffects): Promise<void> {
  await store?.saveRun(record, signal);
}

/** A failed run is recorded where that can be done; where it cannot, the failure itself is what the caller must see. */
async function saveFailure(record: RunRecord, effects: RunEffects): Promise<RunRecord> {
  try {
    await save(record, { ...effects, signal: AbortSignal.timeout(SAVE_FAILURE_MS) });
    return record;
  } catch (error) {
    if (!isHuntError(error)) throw error;
    return {
      ...record,
      saved: false,
      warnings: [...record.warnings, `The run record could not be saved: ${error.message}`],
    };
  }
}

/** A tile may have been run more than once; the newest of so many runs of four tiles are compared. */
const EARLIER_RUNS_MAX = 20;
/** A run that was cancelled, or whose server is gone, does not wait long to say so. */
const SAVE_FAILURE_MS = 5_000;
