import type { Effects } from '../effects.ts';
import { startProgress } from '../progress.ts';
import { safe } from '../safe-text.ts';
import { surveySources } from '../survey.ts';
import { sourceJson, sourceTable } from '../view-source.ts';

/** `hunt sources`: what each source sent in the last day, how late it is, and what keeps it from being read. */
export async function sources(effects: Effects): Promise<number> {
  const { out, signal, now, monotonic } = effects;
  const { definitions } = await effects.stock();
  const { deadlineMs } = (await effects.config()).limits;
  const engine = await effects.engine();
  using progress = startProgress(out, monotonic);
  progress.doing(safe`asking the sources`);
  const surveyed = await surveySources(definitions.sources.values(), { engine, now: now(), deadlineMs, signal });
  progress.clear();
  out.answer(surveyed.map(sourceJson), () => sourceTable(surveyed, out.paint, out.width));
  if (surveyed.length === 0) out.note(safe`No source is defined: see hunts/sources.yml`);
  return 0;
}
