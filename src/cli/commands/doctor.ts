import { type HuntError, isHuntError } from '../../core/error.ts';
import { hasErrors } from '../../core/problem.ts';
import { roughly } from '../../core/time.ts';
import type { Engine } from '../../engine/port.ts';
import type { Diagnosis } from '../diagnosis.ts';
import type { Effects } from '../effects.ts';
import { lookAtNotify } from '../look-at-notify.ts';
import type { Paint } from '../views/paint.ts';
import { countProblems, plural } from '../problems.ts';
import { startProgress } from '../progress.ts';
import { joined, safe, type SafeText } from '../views/safe-text.ts';
import { type SurveyedSource, surveySources } from '../survey.ts';
import { table, type TableColumn } from '../views/table.ts';
import { leftBehind, TEST_INDICES } from '../test-index.ts';
import { type TroubledHunt, troubledHunts } from '../troubled-hunts.ts';
import { clockTime } from '../views/view-finding.ts';
import { troubleOf } from '../views/view-source.ts';

/** The worst level decides: hunts run and may be trusted, run but see less, or cannot run. */
const EXITS = { ok: 0, warning: 4, failure: 3 } as const;

/** `hunt doctor`: looks at everything a hunt needs, and goes on after what is wrong where it can. */
export async function doctor(effects: Effects): Promise<number> {
  const { out, monotonic } = effects;
  using progress = startProgress(out, monotonic);
  progress.doing(safe`looking around`);
  const diagnoses = [
    await lookAtConfig(effects),
    await lookAtDefinitions(effects),
    ...(await lookAtEngine(effects)),
    ...(await lookAtGeoip(effects)),
    ...(await lookAtRuns(effects)),
    ...(await lookAtNotify(effects)),
  ];
  progress.clear();
  out.answer(diagnoses, () => diagnosisTable(diagnoses, out.paint, out.width));
  const levels = diagnoses.map(({ level }) => level);
  return levels.includes('failure') ? EXITS.failure : levels.includes('warning') ? EXITS.warning : EXITS.ok;
}

async function lookAtConfig({ config }: Effects): Promise<Diagnosis> {
  const { file, home, elasticsearch } = await config();
  const from = file ?? 'no hunt.config.yml';
  if (elasticsearch === null) return ok('configuration', `${from}; no Elasticsearch: everything is kept in ${home}`);
  const { nodes, auth, prefix } = elasticsearch;
  return ok('configuration', `${from}; ${nodes.join(', ')}, credentials: ${auth.type}, indices ${prefix}-*`);
}

async function lookAtDefinitions({ stock }: Effects): Promise<Diagnosis> {
  const { definitions, checked, jobs, problems } = await stock();
  const { length } = definitions.jobs;
  const scheduled = length === 0 ? '' : `; ${plural(length, 'job')}, ${jobs.size} can run`;
  const hunts = `${plural(definitions.hunts.length, 'hunt')}, ${checked.size} can run`;
  const text = `${hunts}${scheduled}; ${countProblems(problems)}`;
  const level = hasErrors(problems) || checked.size === 0 ? 'warning' : 'ok';
  return { what: 'definitions', level, text, remedy: problems.length > 0 ? 'See hunt check' : null };
}

/** Connection, version, store and sources. Without a connection there is nothing more to ask. */
async function lookAtEngine(effects: Effects): Promise<Diagnosis[]> {
  const engine = await effects.engine();
  const what = engine.name;
  try {
    const { version, notes, warnings } = await engine.info(effects.signal);
    const known = warnings.map((text): Diagnosis => ({ what, level: 'warning', text, remedy: null }));
    const about = engine.name === 'embedded' ? 'in this process' : `version ${version ?? 'not told'}`;
    const said = [about, ...notes.filter((note) => !warnings.includes(note))].join('; ');
    const found = [...known, ...(await lookAtTestIndices(engine, effects)), await lookAtStore(effects)];
    return [ok(what, said), ...found, ...(await lookAtSources(engine, effects))];
  } catch (error) {
    return [failed(what, error)];
  }
}

/** Indices of a `hunt test` that was killed. */
async function lookAtTestIndices(engine: Engine, { now, signal }: Effects): Promise<Diagnosis[]> {
  if (engine.name === 'embedded') return [];
  const left = leftBehind(await testIndices(engine, signal), now());
  if (left.length === 0) return [];
  const text = `${left.length === 1 ? 'an index' : `${left.length} indices`} left by a hunt test that was ended: ${left.join(', ')}`;
  const remedy = 'The next hunt test --engine elasticsearch removes them';
  return [{ what: 'test indices', level: 'warning', text, remedy }];
}

/** Names of indices of tests; none for a user who may not see them: hunts do not need that. */
async function testIndices(engine: Engine, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return (await engine.fields([TEST_INDICES], signal)).indices;
  } catch (error) {
    if (isHuntError(error, 'PRIVILEGE')) return [];
    throw error;
  }
}

async function lookAtStore({ store, signal }: Effects): Promise<Diagnosis> {
  try {
    const opened = await store();
    await opened.ready(signal);
    return ok('store', 'set up');
  } catch (error) {
    return failed('store', error);
  }
}

async function lookAtSources(engine: Engine, effects: Effects): Promise<Diagnosis[]> {
  const { definitions } = await effects.stock();
  const { deadlineMs } = (await effects.config()).limits;
  const survey = { engine, now: effects.now(), deadlineMs, signal: effects.signal };
  const surveyed = await surveySources(definitions.sources.values(), survey);
  const silent = surveyed.every(({ state }) => state !== 'sent');
  const none: Diagnosis = {
    what: 'sources',
    level: 'warning',
    text: 'no source sends anything',
    remedy: 'See hunt sources',
  };
  return [...(silent ? [none] : []), ...surveyed.map(judgeSource)];
}

function judgeSource(source: SurveyedSource): Diagnosis {
  const what = `source ${source.name}`;
  const trouble = troubleOf(source).toString();
  if (source.state === 'failed') return { what, level: 'failure', text: trouble, remedy: null };
  if (trouble !== '')
    return { what, level: 'warning', text: trouble, remedy: 'Grant read and view_index_metadata, open what is closed' };
  if (source.state === 'silent') {
    return { what, level: 'warning', text: silentText(source), remedy: 'Look whether its agents still send' };
  }
  if (source.state === 'sent') return ok(what, `${plural(source.documents, 'document')}; ${lagText(source)}`);
  const remedy = `hunt sources ${source.name} says how to switch it on`;
  return { ...ok(what, source.state), remedy: source.state === 'absent' ? null : remedy };
}

/** `silent since 2026-11-01 10:00:00Z (3 d)`. */
function silentText({ newest, lagMs }: SurveyedSource): string {
  return newest === null || lagMs === null ? 'silent' : `silent since ${clockTime(newest)} (${roughly(lagMs)})`;
}

function lagText({ lagMs }: SurveyedSource): string {
  return lagMs === null ? 'no newest event' : `its newest event is ${roughly(lagMs)} old`;
}

/** So many runs are looked through for what does not go well: ten hours of 25 hunts that run each quarter of an hour. */
const RUNS_LOOKED_AT = 1_000;

/** Scheduled hunts that are failed, blind or see their sources shrink, and since when. */
async function lookAtRuns({ store, signal }: Effects): Promise<Diagnosis[]> {
  try {
    const opened = await store();
    await opened.ready(signal);
    const { items } = await opened.runs({}, RUNS_LOOKED_AT, signal);
    return troubledHunts(items).map(troubledHunt);
  } catch (error) {
    failed('store', error); // a bug goes on to the caller; anything else was told of the store already
    return [];
  }
}

function troubledHunt({ huntId, jobId, text, since, tiles }: TroubledHunt): Diagnosis {
  const long = `since the tile of ${clockTime(since)} (${plural(tiles, 'tile')})`;
  return { what: `hunt ${huntId} of ${jobId}`, level: 'warning', text: `${text}; ${long}`, remedy: 'See hunt runs' };
}

/** Loads the data as a run would: its age is known only then. */
async function lookAtGeoip({ geoip, stock }: Effects): Promise<Diagnosis[]> {
  const wanted = [...(await stock()).checked.values()].filter(({ hunt }) => hunt.geoip.length > 0);
  if (wanted.length === 0) return [ok('geoip', 'no hunt asks for it')];
  try {
    const { date, notes } = await geoip();
    // One note and no date: the age is unknown, which is not the same as old.
    if (date === null && notes.length === 1) return [ok('geoip', notes.join())];
    const remedy = 'Update geoip-lite, or name newer databases in geoip.city and geoip.asn';
    const warnings = notes.map((text): Diagnosis => ({ what: 'geoip', level: 'warning', text, remedy }));
    return warnings.length > 0 ? warnings : [ok('geoip', `data of ${date ?? 'an unknown day'}`)];
  } catch (error) {
    return [{ ...failed('geoip', error), level: 'warning' }];
  }
}

function ok(what: string, text: string): Diagnosis {
  return { what, level: 'ok', text, remedy: null };
}

/** A failure that is understood; a bug goes on to the caller. */
function failed(what: string, error: unknown): Diagnosis {
  if (!isHuntError(error) || error.code === 'CANCELLED') throw error;
  const { message, remedy }: HuntError = error;
  return { what, level: 'failure', text: message, remedy: remedy ?? null };
}

function diagnosisTable(diagnoses: readonly Diagnosis[], paint: Paint, width: number | null): SafeText {
  const painted = { ok: paint.green, warning: paint.yellow, failure: paint.red } as const;
  const columns: TableColumn<Diagnosis>[] = [
    { name: 'STATE', cell: ({ level }) => painted[level](level) },
    { name: 'WHAT', cell: ({ what }) => what },
    { name: 'FOUND', cell: ({ text, remedy }) => (remedy === null ? text : joined([text, remedy], '. ')) },
  ];
  return table(diagnoses, columns, paint, width);
}
