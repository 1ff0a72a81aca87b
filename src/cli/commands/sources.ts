import { HuntError } from '../../core/error.ts';
import type { Hunt } from '../../core/hunt.ts';
import type { Source } from '../../core/source.ts';
import { suggestion } from '../../core/suggest.ts';
import type { Effects } from '../effects.ts';
import { startProgress } from '../progress.ts';
import { joined, safe } from '../views/safe-text.ts';
import { surveySources } from '../survey.ts';
import { type ShownSource, shownSourceJson, sourceJson, sourcePage, sourceTable } from '../views/view-source.ts';

/**
 * `hunt sources`: what each source sent in the last day, how late it is, and what keeps it from being read. With names those
 * alone and all about them: how they are recognised, who needs them, how to switch them on.
 */
export async function sources(names: readonly string[], effects: Effects): Promise<number> {
  const { out, signal, now, monotonic } = effects;
  const { sources: known, hunts } = (await effects.stock()).definitions;
  const chosen = names.length === 0 ? [...known.values()] : names.map((name) => sourceOf(name, known));
  const { deadlineMs } = (await effects.config()).limits;
  const engine = await effects.engine();
  using progress = startProgress(out, monotonic);
  progress.doing(safe`asking the sources`);
  const surveyed = await surveySources(chosen, { engine, now: now(), deadlineMs, signal });
  progress.clear();
  if (names.length > 0)
    return showSources(
      chosen.map((source, at) => shown(source, surveyed[at], hunts)),
      effects,
    );
  out.answer(surveyed.map(sourceJson), () => sourceTable(surveyed, out.paint, out.width));
  if (surveyed.length === 0) out.note(safe`No source is defined: see hunts/sources.yml`);
  return 0;
}

function showSources(pages: readonly ShownSource[], { out }: Pick<Effects, 'out'>): number {
  out.answer(pages.map(shownSourceJson), () =>
    joined(
      pages.map((page) => sourcePage(page, out.paint)),
      '\n\n',
    ),
  );
  return 0;
}

function sourceOf(name: string, known: ReadonlyMap<string, Source>): Source {
  const found = known.get(name);
  if (found !== undefined) return found;
  throw new HuntError('NOT_FOUND', `There is no source "${name}"`, { remedy: suggestion(name, known.keys()) });
}

function shown(source: Source, seen: ShownSource['seen'] | undefined, hunts: readonly Hunt[]): ShownSource {
  if (seen === undefined) throw new TypeError(`Source ${source.name} was asked about and nothing came back`);
  const readers = hunts.filter(({ sources: need }) => need.names.includes(source.name));
  return { source, seen, hunts: readers.map(({ id }) => id) };
}
