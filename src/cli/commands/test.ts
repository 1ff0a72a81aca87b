import { dirname, resolve } from 'node:path';
import { HuntError } from '../../core/error.ts';
import type { HuntTest } from '../../core/hunt.ts';
import type { CheckedHunt } from '../../pipeline/checked.ts';
import { testHunt, type TestEffects, type TestEvents, type TestResult } from '../../pipeline/test-hunt.ts';
import type { Effects } from '../effects.ts';
import { tellFailure } from '../failure.ts';
import { junitXml } from '../junit.ts';
import { plural, tellProblems } from '../problems.ts';
import { startProgress } from '../progress.ts';
import { saveFile } from '../save-file.ts';
import type { Output } from '../output.ts';
import { joined, safe } from '../views/safe-text.ts';
import { chooseHunts } from '../select.ts';
import { loadStock, type Stock } from '../stock.ts';
import { testJson, testView } from '../views/view-test.ts';
import { changedFiles } from '../watch.ts';

export interface TestFlags {
  readonly engine?: 'embedded' | 'elasticsearch';
  readonly junit?: string;
  readonly watch?: boolean;
}

/** Exit code of a test that failed, as test runners have it. */
const FAILED_EXIT = 1;

/** One test of one hunt, with the events it names. */
interface Case {
  readonly checked: CheckedHunt;
  /** The hunt's file, absolute. */
  readonly file: string;
  readonly test: HuntTest;
  readonly events: TestEvents;
}

/**
 * `hunt test`: the tests inside hunts, one after the other, each told as it ends. 1 when one failed, else 0; errors of
 * definitions are told before any has run.
 */
export async function test(whats: readonly string[], flags: TestFlags, effects: Effects): Promise<number> {
  if (flags.watch === true && effects.out.format === 'json') {
    throw new HuntError('USAGE', 'Cannot combine --watch and --json', { remedy: 'Use --ndjson' });
  }
  // Before the first round, so that no change is missed while it runs.
  const changes = flags.watch === true ? await changesFor(whats, effects) : null;
  const first = await round(whats, flags, effects, (cases) => cases);
  return changes === null ? first : await repeat(whats, flags, effects, changes, first);
}

/** Chooses hunts, runs those of their tests that `pick` takes, and gives the exit code. */
async function round(
  whats: readonly string[],
  flags: TestFlags,
  effects: Effects,
  pick: (cases: readonly Case[]) => readonly Case[],
): Promise<number> {
  const { out } = effects;
  const results = await runCases(pick(await casesOf(whats, effects)), flags, effects);
  out.end();
  if (flags.junit !== undefined) await saveFile(resolve(effects.cwd, flags.junit), flags.junit, junitXml(results));
  tellTotals(results, out);
  return results.some(({ faults }) => faults.length > 0) ? FAILED_EXIT : 0;
}

/** The tests of the hunts that WHAT names, of all hunts without one; hunts that have none are told. */
async function casesOf(whats: readonly string[], effects: Effects): Promise<readonly Case[]> {
  const { out } = effects;
  const { root } = (await effects.config()).site;
  if (whats.length === 0) refuseBroken(await effects.stock(), out);
  const chosen = await chooseHunts(whats.length === 0 ? ['**'] : whats, effects);
  const without = chosen.filter(({ checked }) => checked.hunt.tests.length === 0);
  if (without.length > 0) out.note(safe`${plural(without.length, 'hunt')} without a test`);
  return chosen.flatMap(({ checked }) => {
    const file = resolve(root, checked.hunt.file);
    return checked.hunt.tests.map((each): Case => ({ checked, file, test: each, events: eventsOf(each, file) }));
  });
}

/** All tests were asked for, so a definition that cannot be read is not passed over. */
function refuseBroken({ problems }: Stock, out: Output): void {
  const errors = problems.filter(({ severity }) => severity === 'error');
  tellProblems(out, errors, 'DEFINITION', 'Cannot run all tests');
}

function eventsOf({ events }: HuntTest, file: string): TestEvents {
  return typeof events === 'string' ? { file: resolve(dirname(file), events) } : { documents: events };
}

/** Tests that run at once: a node makes the indices of one while it answers another; here all share one machine. */
const AT_ONCE = { embedded: 1, elasticsearch: 4 } as const;

async function runCases(cases: readonly Case[], flags: TestFlags, effects: Effects): Promise<readonly TestResult[]> {
  const { out, monotonic } = effects;
  if (cases.length === 0) return [];
  const engine = flags.engine ?? 'embedded';
  const deadlineMs = (await effects.config()).limits.deadlineMs;
  const testing: TestEffects = { ...effects, layGround: await effects.testGround(engine), deadlineMs };
  const results: TestResult[] = [];
  for (let at = 0; at < cases.length; at += AT_ONCE[engine]) {
    const some = cases.slice(at, at + AT_ONCE[engine]);
    using progress = startProgress(out, monotonic);
    progress.doing(safe`${some.map(({ checked, test }) => `${checked.hunt.id}: ${test.name}`).join('; ')}`);
    const ended = await runTogether(some, testing);
    progress.clear();
    results.push(...ended);
    for (const result of ended) out.item(testJson(result), () => testView(result, out.paint, out.width));
  }
  return results;
}

/** All of them come to their end, and leave nothing behind, before the first error is thrown. */
async function runTogether(cases: readonly Case[], testing: TestEffects): Promise<readonly TestResult[]> {
  const tests = cases.map(({ checked, test, events }) => testHunt(checked, test, events, testing));
  await Promise.allSettled(tests);
  return await Promise.all(tests);
}

/** `7 tests passed, 1 failed, 2 skipped`. */
function tellTotals(results: readonly TestResult[], out: Output): void {
  const { green, red, yellow } = out.notePaint;
  const failed = results.filter(({ faults }) => faults.length > 0).length;
  const skipped = results.filter(({ skippedFor }) => skippedFor.length > 0).length;
  const parts = [
    green(safe`${plural(results.length - failed - skipped, 'test')} passed`),
    ...(failed > 0 ? [red(safe`${failed} failed`)] : []),
    ...(skipped > 0 ? [yellow(safe`${skipped} skipped`)] : []),
  ];
  out.note(joined(parts, ', '));
}

/** Changes of the site's definitions, and of the folders of hunts outside of it. */
async function changesFor(whats: readonly string[], { cwd, config, signal }: Effects) {
  const { site } = await config();
  const folders = [...site.huntFolders, ...site.listFolders, ...site.exceptionFolders].map(({ path }) => path);
  const outside = whats.filter((what) => /\.ya?ml$/.test(what)).map((what) => dirname(resolve(cwd, what)));
  return changedFiles([...folders, ...outside], signal);
}

/** Runs again what a change touches, until called off; gives the exit code of the last round. */
async function repeat(
  whats: readonly string[],
  flags: TestFlags,
  effects: Effects,
  changes: AsyncIterable<ReadonlySet<string>>,
  first: number,
): Promise<number> {
  const { out, config, now } = effects;
  const { site } = await config();
  out.note(safe`Watching; Ctrl+C ends it`);
  let code = first;
  for await (const changed of changes) {
    const stock = loadStock(site, now());
    const again = round(whats, flags, { ...effects, stock: () => stock }, (cases) => touched(cases, changed));
    code = await again.catch((error: unknown) => tellFailure(error, out, false));
  }
  return code;
}

/** A hunt's own file and its events touch that hunt alone; any other definition may touch every hunt. */
function touched(cases: readonly Case[], changed: ReadonlySet<string>): readonly Case[] {
  const huntFiles = new Set(cases.map(({ file }) => file));
  const all = [...changed].some((path) => /\.ya?ml$/.test(path) && !huntFiles.has(path));
  const isTouched = ({ file, events }: Case) => changed.has(file) || ('file' in events && changed.has(events.file));
  return all ? cases : cases.filter(isTouched);
}
