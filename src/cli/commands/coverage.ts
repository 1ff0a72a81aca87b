import { resolve } from 'node:path';
import { isHuntError } from '../../core/error.ts';
import { isoTime } from '../../core/time.ts';
import { type AskedSource, type Coverage, coverageOf } from '../../schedule/coverage.ts';
import { jobStatus, type JobStatus, keysOf } from '../../schedule/job-status.ts';
import { type Effects, readyStore } from '../effects.ts';
import { plural } from '../problems.ts';
import { startProgress } from '../progress.ts';
import { safe, safeJson, SafeText } from '../views/safe-text.ts';
import { saveFile } from '../save-file.ts';
import type { Stock } from '../stock.ts';
import { surveySources } from '../survey.ts';
import { type CoverageAsked, coverageJson, coverageLayer, coverageText } from '../views/view-coverage.ts';

export interface CoverageFlags {
  readonly offline?: boolean;
  /** A file, or `-` for standard output. */
  readonly navigator?: string;
}

/** What a question came to; `failed`: a server did not answer as it should. */
interface Told<T> {
  readonly value: T | null;
  readonly failed: boolean;
}

/** Hunts see all they need, or see less than they should, or a server was not to be asked. */
const EXITS = { whole: 0, less: 4, failed: 3 } as const;

/** `hunt coverage`: which techniques are hunted, by what, whether it runs, what is blind and why. */
export async function coverage(flags: CoverageFlags, effects: Effects): Promise<number> {
  const { out, monotonic } = effects;
  const stock = await effects.stock();
  using progress = startProgress(out, monotonic);
  progress.doing(safe`asking sources and jobs`);
  const sources = flags.offline === true ? NOT_ASKED : await askSources(stock, effects);
  const jobs = flags.offline === true ? NOT_ASKED : await askJobs(stock, effects);
  progress.clear();
  const { hunts, sources: known } = stock.definitions;
  const input = { hunts, checked: stock.checked, jobs: [...stock.jobs.values()], sources: known };
  const found = coverageOf({ ...input, statuses: jobs.value, asked: sources.value });
  const asked = { sources: sources.value !== null, jobs: jobs.value !== null };
  await answer(found, asked, flags.navigator ?? null, effects);
  tell(found, asked, effects);
  if (sources.failed || jobs.failed) return EXITS.failed;
  return seesLess(found, stock) ? EXITS.less : EXITS.whole;
}

const NOT_ASKED = { value: null, failed: false } as const;

async function askSources(stock: Stock, effects: Effects): Promise<Told<ReadonlyMap<string, AskedSource>>> {
  return orNote('What sources send', effects, async () => {
    const { deadlineMs } = (await effects.config()).limits;
    const survey = { engine: await effects.engine(), now: effects.now(), deadlineMs, signal: effects.signal };
    const surveyed = await surveySources(stock.definitions.sources.values(), survey);
    if (
      survey.engine.name === 'embedded' &&
      surveyed.every(({ state }) => state === 'no_index' || state === 'absent')
    ) {
      effects.out.note(safe`What sources send is not told: no event was ingested`);
      return null;
    }
    return new Map(surveyed.map((source) => [source.name, source]));
  });
}

async function askJobs({ jobs }: Stock, effects: Effects): Promise<Told<ReadonlyMap<string, JobStatus>>> {
  return orNote('How jobs stand', effects, async () => {
    const { signal, now } = effects;
    const all = [...jobs.values()];
    if (all.length === 0) return new Map();
    const store = await readyStore(effects);
    const ledgers = await store.ledgers(all.flatMap(keysOf), signal);
    const states = await store.jobStates([...jobs.keys()], signal);
    return new Map(all.map((checked) => [checked.job.id, jobStatus(checked, { ledgers, states }, now())]));
  });
}

/** What is not set up, or does not answer, is told and left out: the definitions are there all the same. */
async function orNote<T>(what: string, { out }: Pick<Effects, 'out'>, ask: () => Promise<T | null>): Promise<Told<T>> {
  try {
    return { value: await ask(), failed: false };
  } catch (error) {
    if (!isHuntError(error) || error.code === 'CANCELLED') throw error;
    const remedy = error.remedy === undefined ? '' : `. ${error.remedy}`;
    out.note(out.notePaint.yellow(safe`${what} is not told: ${error.message}${remedy}`));
    return { value: null, failed: error.code !== 'STORE_NOT_READY' };
  }
}

async function answer(
  found: Coverage,
  asked: CoverageAsked,
  navigator: string | null,
  { out, cwd, now }: Effects,
): Promise<void> {
  if (navigator !== null) {
    const layer = coverageLayer(found, describe(asked, isoTime(now())));
    const text = safeJson(layer, 2);
    if (navigator === '-') return out.answer(layer, () => SafeText.vouched(text));
    await saveFile(resolve(cwd, navigator), navigator, `${text}\n`);
  }
  out.answer(coverageJson(found, asked), () => coverageText(found, out.paint, out.width));
  if (navigator !== null) out.note(safe`${navigator} is a layer for the ATT&CK Navigator`);
}

function describe({ sources, jobs }: CoverageAsked, at: string): string {
  const unknown = [...(sources ? [] : ['what sources send']), ...(jobs ? [] : ['how jobs stand'])];
  const rest = unknown.length === 0 ? '' : ` Not asked: ${unknown.join(', ')}.`;
  return `Hunts that run for each technique, at ${at}.${rest}`;
}

function tell({ techniques, hunts }: Coverage, asked: CoverageAsked, { out }: Effects): void {
  const states = Map.groupBy(hunts, ({ state }) => state);
  const counts = [...states].map(([state, own]) => `${own.length} ${state}`);
  out.note(safe`${plural(hunts.length, 'hunt')} for ${plural(techniques.length, 'technique')}: ${counts.join(', ')}`);
  if (!asked.sources || !asked.jobs) out.note(safe`"scheduled" says what is defined, not what happens`);
}

/** Whether a hunt has errors, or one that is to run is blind or degraded for another reason than what the site declares. */
function seesLess({ hunts }: Coverage, { checked, jobs }: Stock): boolean {
  const named = new Set([...jobs.values()].flatMap((job) => job.hunts.map(({ hunt }) => hunt.id)));
  return hunts.some(
    ({ id, state }) => !checked.has(id) || (named.has(id) && (state === 'blind' || state === 'degraded')),
  );
}
