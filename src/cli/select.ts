import { resolve } from 'node:path';
import { HuntError } from '../core/error.ts';
import type { Hunt } from '../core/hunt.ts';
import { hasErrors, type Problem } from '../core/problem.ts';
import { loadHuntFile } from '../definition/load.ts';
import { checkHunts } from '../pipeline/check-hunts.ts';
import type { CheckedHunt } from '../pipeline/checked.ts';
import { selectHunts } from '../pipeline/select-hunts.ts';
import type { Effects } from './effects.ts';
import { plural, tellProblems } from './problems.ts';
import { safe } from './views/safe-text.ts';
import type { Stock } from './stock.ts';

/** A hunt that a person named, fit to run. */
export interface Chosen {
  readonly checked: CheckedHunt;
  /** Its file lies outside of the site's hunts folders. */
  readonly outside: boolean;
}

type Choosing = Pick<Effects, 'out' | 'cwd' | 'stock' | 'config' | 'now'>;

/**
 * The hunts that WHAT names, each once, in the order of the names: an id, `tag:x`, `technique:T1071`, a glob, or a file.
 * Rejects with NOT_FOUND for a name that names none, and with DEFINITION, after telling the problems, when one of the
 * hunts has an error: before anything has run.
 */
export async function chooseHunts(whats: readonly string[], effects: Choosing): Promise<readonly Chosen[]> {
  const stock = await effects.stock();
  const root = (await effects.config()).site.root;
  const chosen = new Map<string, Chosen>();
  const broken: Hunt[] = [];
  for (const what of whats) {
    const stored = isFile(what) ? storedFile(resolve(effects.cwd, what), root, stock) : storedHunts(what, stock);
    if (stored === null) chosen.set(`file ${what}`, await chooseFile(what, effects));
    for (const hunt of stored ?? []) {
      const checked = stock.checked.get(hunt.id);
      if (checked === undefined) broken.push(hunt);
      else chosen.set(hunt.id, { checked, outside: false });
    }
  }
  refuseBroken(broken, stock, effects);
  return [...chosen.values()];
}

/** The stored hunts that a name stands for, never none: rejects with NOT_FOUND and what was most likely meant. */
export function storedHunts(
  what: string,
  { definitions, problems }: Pick<Stock, 'definitions' | 'problems'>,
): readonly Hunt[] {
  const { hunts, hint } = selectHunts(what, definitions.hunts);
  if (hunts.length > 0) return hunts;
  const unread = hasErrors(problems) ? '. Files with errors may be why: see hunt check' : '';
  throw new HuntError('NOT_FOUND', `No hunt matches "${what}"`, { remedy: `${hint}${unread}` });
}

function isFile(what: string): boolean {
  return /\.ya?ml$/.test(what);
}

/** The hunt of a file in the hunts folders, null for a file elsewhere. */
function storedFile(path: string, root: string, { definitions }: Stock): readonly Hunt[] | null {
  const stored = definitions.hunts.filter((hunt) => resolve(root, hunt.file) === path);
  return stored.length === 0 ? null : stored;
}

async function chooseFile(what: string, { out, cwd, stock, now }: Choosing): Promise<Chosen> {
  const loaded = await loadHuntFile(resolve(cwd, what));
  const fault = `Cannot run "${what}"`;
  tellProblems(out, loaded.problems, 'DEFINITION', fault);
  const hunts = loaded.ok ? [loaded.value] : [];
  const { sources, lists } = (await stock()).definitions;
  const { hunts: checked, problems } = checkHunts(hunts, { sources, lists, now: now() });
  tellProblems(out, problems, 'DEFINITION', fault);
  const [only] = checked;
  if (only === undefined) throw new HuntError('DEFINITION', fault, { remedy: `See hunt check ${what}` });
  return { checked: only, outside: true };
}

function refuseBroken(broken: readonly Hunt[], { problems }: Stock, { out }: Choosing): void {
  if (broken.length > 0) {
    const files = new Set(broken.map(({ file }) => file));
    const own = problems.filter(({ place }) => files.has(place.file));
    const told: readonly Problem[] = hasErrors(own) ? own : problems;
    tellProblems(out, told, 'DEFINITION', `Cannot run ${broken.map(({ id }) => `"${id}"`).join(', ')}`);
  }
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  if (errors > 0)
    out.note(
      out.notePaint.yellow(
        safe`The definitions have ${plural(errors, 'error')}, see hunt check; what was asked for is whole`,
      ),
    );
}
