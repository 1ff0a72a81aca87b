// Every stored hunt over each recorded capture, as a job would run it over the time of the capture.
import { openGeo } from '../../../src/findings/geoip-open.ts';
import type { GeoLookup } from '../../../src/findings/geoip.ts';
import type { RunEffects, RunResult } from '../../../src/pipeline/request.ts';
import { runHunt } from '../../../src/pipeline/run-hunt.ts';
import type { CheckedHunt } from '../../../src/pipeline/checked.ts';
import { memoryStore } from '../../../src/store/memory/store.ts';
import { capturesFolder } from '../../rig/live.ts';
import { ATTACKS, type AttackRow, type Capture, CAPTURES } from './attacks.ts';
import { EXPLAINED } from './captures-explained.ts';
import { judged, type JudgedFinding, otherFindings, rankOf } from './captures-judge.ts';
import { type AttackOutcome, type CaptureOutcome, OTHERS_MAX } from './captures-outcome.ts';
import { captureSite, type CaptureSite, DEADLINE_MS } from './captures-site.ts';
import type { EvaluateFlags, PartResult, Say } from './result.ts';
import { capturesSection } from './table.ts';

export async function evaluateCaptures(flags: EvaluateFlags, say: Say): Promise<PartResult> {
  const folder = capturesFolder();
  if (folder === null) throw new Error('No ../shared/data beside the checkout: there is nothing to evaluate');
  const geo = await openGeo({ city: null, asn: null }, Date.now());
  const names = flags.only?.split(',');
  const asked = CAPTURES.filter(
    ({ name, files }) => names?.some((each) => each === name || files.includes(each)) ?? true,
  );
  const outcomes: CaptureOutcome[] = [];
  const loud: string[] = [];
  for (const capture of asked) {
    const outcome = await examine(capture, folder, geo);
    say(`${capture.name}: ${outcome.findings.length} findings, ${outcome.others.length} others of medium or above`);
    outcomes.push(outcome);
    loud.push(...(await stillShown(capture, folder, geo)));
  }
  return {
    faults: [...outcomes.flatMap(faultsOf), ...loud],
    section: capturesSection(outcomes),
    figures: figuresOf(outcomes),
  };
}

/** What is no attack and is still reported once the site allows its addresses. */
export async function stillShown(capture: Capture, folder: string, geo: GeoLookup): Promise<readonly string[]> {
  if (capture.allowed === undefined) return [];
  const { attacks } = await examine(capture, folder, geo, capture.allowed);
  return attacks
    .filter(({ attack, hunts }) => attack.isAttack === false && hunts.length > 0)
    .map(({ attack }) => `${capture.name}: "${attack.what}" is reported although the site allows its address`);
}

/** One capture: all hunts over its time, on a site that allows some addresses. */
export async function examine(
  capture: Capture,
  folder: string,
  geo: GeoLookup,
  allowed: readonly string[] = [],
): Promise<CaptureOutcome> {
  const began = performance.now();
  await using site = await captureSite(capture, folder, allowed);
  const runs = await runAll(site, geo);
  const attacks = ATTACKS.filter((attack) => attack.capture === capture.name);
  const explained = EXPLAINED.filter((each) => each.capture === capture.name);
  const findings = runs.flatMap(({ findings }) =>
    findings.map(({ finding }) => judged(finding.state, attacks, explained)),
  );
  return {
    capture,
    events: site.events,
    history: site.history,
    verdicts: tally(runs.map(({ record }) => record.verdict)),
    failed: runs.flatMap(({ record }) => (record.error === null ? [] : [`${record.huntId}: ${record.error.message}`])),
    findings,
    others: otherFindings(findings),
    rank: rankOf(findings),
    attacks: attacks.map((attack) => outcomeOf(attack, findings, site.hunts)),
    seconds: (performance.now() - began) / 1_000,
  };
}

async function runAll({ engine, hunts, tile }: CaptureSite, geo: GeoLookup): Promise<readonly RunResult[]> {
  const { signal } = new AbortController();
  await using store = memoryStore();
  await store.setup({ dryRun: false }, signal);
  const effects: RunEffects = {
    engine,
    store,
    geoip: () => Promise.resolve(geo),
    now: () => Date.now(),
    monotonic: () => performance.now(),
    random: () => 0.5,
    sleep: () => Promise.resolve(),
    report: () => {},
    signal,
  };
  const results: RunResult[] = [];
  for (const checked of hunts) {
    const request = { tile, clock: 'ingest', lookBackMs: 0, job: null, queryDelayMs: null, params: {} } as const;
    const runId = `evaluate-${checked.hunt.id}`;
    results.push(await runHunt(checked, { ...request, runId, deadlineMs: DEADLINE_MS, rowsMax: ROWS_MAX }, effects));
  }
  return results;
}

/** Rows of a run: as many as any run may keep. */
const ROWS_MAX = 9_999;

function outcomeOf(
  attack: AttackRow,
  findings: readonly JudgedFinding[],
  hunts: readonly CheckedHunt[],
): AttackOutcome {
  const found = findings.filter(({ shows }) => shows.includes(attack)).map(({ huntId }) => huntId);
  const ids = [...new Set(found)].toSorted();
  const needHistory = new Set(hunts.filter(({ hunt }) => hunt.body.type === 'first_seen').map(({ hunt }) => hunt.id));
  return { attack, hunts: ids, withoutHistory: ids.filter((id) => !needHistory.has(id)) };
}

/** What of a capture lies below the floor, each in a sentence; none: it holds. */
export function faultsOf({ capture: { name }, attacks, others, failed }: CaptureOutcome): readonly string[] {
  const unexplained = others.filter(({ explained }) => explained === null);
  return [
    ...failed.map((words) => `${name}: the run failed of ${words}`),
    ...attacks.filter(({ hunts }) => hunts.length === 0).map(({ attack }) => `${name}: no hunt finds "${attack.what}"`),
    ...(others.length > OTHERS_MAX ? [`${name}: ${others.length} other findings, more than ${OTHERS_MAX}`] : []),
    ...unexplained.map(({ huntId, title }) => `${name}: nothing explains the finding of ${huntId}: ${title}`),
  ];
}

function figuresOf(outcomes: readonly CaptureOutcome[]): unknown {
  return outcomes.map(({ capture, findings, others, attacks, ...figures }) => ({
    capture: capture.name,
    ...figures,
    attacks: attacks.map(({ attack, ...found }) => ({ what: attack.what, ...found })),
    findings: findings.map(({ shows, explained, ...finding }) => ({
      ...finding,
      shows: shows.map(({ what }) => what),
      because: explained?.because ?? null,
    })),
    others: others.length,
  }));
}

function tally(words: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}
