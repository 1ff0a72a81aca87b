import { HuntError } from '../../core/error.ts';
import { examinedByDefault } from '../../core/history.ts';
import type { Clock } from '../../core/tile.ts';
import { exitCodeOf } from '../../core/verdict.ts';
import type { CheckedHunt } from '../../pipeline/checked.ts';
import { eventSpan } from '../../pipeline/event-span.ts';
import type { RunEffects, RunEvent, RunRequest, RunResult } from '../../pipeline/request.ts';
import { runHunt } from '../../pipeline/run-hunt.ts';
import { resultJson } from '../views/as-json.ts';
import { type Effects, readyStore } from '../effects.ts';
import { type Params, readParams } from '../params.ts';
import { plural } from '../problems.ts';
import { type Progress, startProgress } from '../progress.ts';
import { safe } from '../views/safe-text.ts';
import { type Chosen, chooseHunts } from '../select.ts';
import { type AskedTile, askedSpan, type TimeFlags, type WindowEnd, windowTile } from '../time-flags.ts';
import { resultView } from '../views/view-run.ts';

export interface RunFlags extends TimeFlags {
  readonly param?: readonly string[];
  readonly clock?: Clock;
  readonly dryRun?: boolean;
  readonly save?: boolean;
  readonly failOnFindings?: boolean;
}

/** What a person asks for is meant in event time. */
const CLOCK: Clock = 'event';

/** One hunt and what it is asked to do. */
interface Order {
  readonly chosen: Chosen;
  readonly asked: AskedTile;
  readonly params: Params;
  readonly saves: boolean;
}

/**
 * `hunt run`: hunts one after the other, each told as soon as it ends; one that fails does not stop the rest. Whatever
 * is wrong with the request (flags, definitions, configuration, a store that is not set up) is told before any has run.
 */
export async function run(whats: readonly string[], flags: RunFlags, effects: Effects): Promise<number> {
  const { out, signal } = effects;
  const orders = await takeOrders(whats, flags, effects);
  const stage = await openStage(orders, effects);
  const results: RunResult[] = [];
  for (const order of orders) {
    if (signal.aborted) break;
    const result = await carryOut(order, flags, stage, effects);
    results.push(result);
    out.item(resultJson(result), () => resultView(result, out.paint, out.width));
  }
  out.end();
  if (results.length < orders.length)
    out.note(safe`Interrupted: ${plural(orders.length - results.length, 'hunt')} did not run`);
  const findings = results.reduce((sum, { record }) => sum + record.findings, 0);
  const verdicts = results.map(({ record }) => record.verdict);
  return exitCodeOf(results.length < orders.length ? [...verdicts, 'failed'] : verdicts, {
    failOnFindings: flags.failOnFindings === true,
    findings,
  });
}

async function takeOrders(whats: readonly string[], flags: RunFlags, effects: Effects): Promise<readonly Order[]> {
  if (flags.dryRun === true && flags.save === true) {
    throw new HuntError('USAGE', 'Cannot combine --dry-run and --save', { remedy: 'Keep one of them' });
  }
  const span = askedSpan(flags, effects.now());
  const chosen = await chooseHunts(whats, effects);
  const orders: Order[] = [];
  for (const each of chosen) {
    const { hunt } = each.checked;
    const params = readParams(flags.param ?? [], hunt);
    const asked =
      span ?? windowTile(hunt.windowMs, await windowEnd(each.checked, flags, effects), examinedByDefault(hunt));
    orders.push({ chosen: each, asked, params, saves: saves(flags, each, params) });
  }
  return orders;
}

/** Now less the query delay; events that were ingested may be of any day, so there the newest that the hunt could see. */
async function windowEnd({ sources }: CheckedHunt, { clock = CLOCK }: RunFlags, effects: Effects): Promise<WindowEnd> {
  const { now, config, signal } = effects;
  const { elasticsearch, limits } = await config();
  if (elasticsearch !== null) return { at: now() - elasticsearch.queryDelayMs, said: null };
  const engine = await effects.engine();
  const span = await eventSpan(sources, { engine, clock, deadlineMs: limits.deadlineMs, signal });
  if (span === null) return { at: now(), said: 'ending now: there is no event of its sources; hunt ingest adds some' };
  if (span.end > now()) return { at: now(), said: 'ending now: its newest event lies in the future' };
  return { at: span.end, said: 'ending at its newest event' };
}

/** A try-out is not written: with other parameters, or from a file outside, a finding would not be the hunt's own. */
function saves({ dryRun, save }: RunFlags, { outside }: Chosen, params: Params): boolean {
  if (dryRun === true) return false;
  return save === true || (!outside && Object.keys(params).length === 0);
}

type Stage = Pick<RunEffects, 'engine' | 'store'>;

async function openStage(orders: readonly Order[], effects: Effects): Promise<Stage> {
  const store = orders.some((order) => order.saves) ? await readyStore(effects) : null;
  return { engine: await effects.engine(), store };
}

async function carryOut(
  { chosen, asked, params, saves }: Order,
  flags: RunFlags,
  stage: Stage,
  effects: Effects,
): Promise<RunResult> {
  const { out, monotonic, newRunId } = effects;
  const { hunt } = chosen.checked;
  if (asked.said !== null) out.note(safe`${hunt.id}: ${asked.said}`);
  const { limits } = await effects.config();
  using progress = startProgress(out, monotonic);
  const request: RunRequest = {
    runId: newRunId(),
    tile: asked.tile,
    clock: flags.clock ?? CLOCK,
    lookBackMs: 0,
    job: null,
    queryDelayMs: null,
    params,
    deadlineMs: limits.deadlineMs,
    rowsMax: limits.rowsMax,
  };
  const report = (event: RunEvent) => tell(event, progress, effects);
  return await runHunt(chosen.checked, request, { ...effects, ...stage, store: saves ? stage.store : null, report });
}

function tell(event: RunEvent, progress: Progress, { out }: Effects): void {
  if (event.type === 'stage') return progress.doing(safe`${event.huntId}: ${event.stage}`);
  progress.clear();
  out.note(safe`${event.huntId}: ${event.text}`);
}
