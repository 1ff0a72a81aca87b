import { HuntError } from '../../core/error.ts';
import type { Verdict } from '../../core/verdict.ts';
import { runJson } from '../views/as-json.ts';
import { type Effects, readyStore } from '../effects.ts';
import { tellPage } from '../views/page.ts';
import { safe } from '../views/safe-text.ts';
import { sinceTime } from '../time-flags.ts';
import { runPage, runTable } from '../views/view-run.ts';

export interface RunsFlags {
  readonly hunt?: string;
  readonly job?: string;
  readonly verdict?: readonly Verdict[];
  readonly since?: string;
  readonly limit: number;
}

type RunsEffects = Pick<Effects, 'out' | 'store' | 'signal' | 'now'>;

/** `hunt runs`: the account of what was examined, newest first. */
export async function listRuns({ hunt, job, verdict, since, limit }: RunsFlags, effects: RunsEffects): Promise<number> {
  const { out, signal, now } = effects;
  const store = await readyStore(effects);
  const filter = {
    ...(hunt === undefined ? {} : { hunt }),
    ...(job === undefined ? {} : { job }),
    ...(verdict === undefined ? {} : { verdicts: verdict }),
    ...(since === undefined ? {} : { since: sinceTime(since, now()) }),
  };
  const { items, total } = await store.runs(filter, limit, signal);
  out.answer(items.map(runJson), () => (items.length === 0 ? safe`` : runTable(items, out.paint, out.width)));
  tellPage(out, items.length, total, 'run');
  return 0;
}

/** `hunt runs show`: one run with its queries, sources and times. */
export async function showRun(id: string, effects: RunsEffects): Promise<number> {
  const { out, signal } = effects;
  const record = await (await readyStore(effects)).run(id, signal);
  if (record === null) throw new HuntError('NOT_FOUND', `There is no run "${id}"`, { remedy: 'hunt runs lists them' });
  out.answer(runJson(record), () => runPage(record, out.paint, out.width));
  return 0;
}
