import type { Tell } from '../core/work-event.ts';
import type { Workshop } from '../schedule/examine-tile.ts';
import type { Roster } from '../schedule/roster.ts';
import type { Store } from '../store/port.ts';
import type { Effects } from './effects.ts';

/** What a worker needs, out of the parts of this process. */
export async function workshopOf(
  parts: { readonly store: Store; readonly roster: () => Pick<Roster, 'jobs'>; readonly tell: Tell },
  effects: Effects,
): Promise<Workshop> {
  const { now, random, sleep, monotonic, newRunId, geoip } = effects;
  const { limits, unattended } = await effects.config();
  return {
    ...parts,
    engine: await effects.engine(),
    geoip,
    now,
    random,
    sleep,
    monotonic,
    newRunId,
    backOffMs: unattended.backOffMs,
    rowsMax: limits.rowsMax,
  };
}
