// npm run soak -- [--stack production|embedded] [--kills 200] [--hours 20] [--hunts 6] [--seed 1]
// npm run soak -- --calm 10: ten minutes of two schedulers and four workers without any fault
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { calm } from './soak/calm.ts';
import { soak, type SoakPlan } from './soak/soak.ts';

const { values } = parseArgs({
  options: {
    stack: { type: 'string', default: 'production' },
    kills: { type: 'string', default: '200' },
    hours: { type: 'string', default: '20' },
    hunts: { type: 'string', default: '6' },
    seed: { type: 'string', default: '1' },
    calm: { type: 'string' },
  },
});
const began = performance.now();
const plan: SoakPlan = {
  stack: values.stack === 'embedded' ? 'embedded' : 'production',
  kills: Number(values.kills),
  hours: Number(values.hours),
  hunts: Number(values.hunts),
  seed: Number(values.seed),
};
const sound = values.calm === undefined ? await disturbed() : await undisturbed(Number(values.calm));
process.exitCode = sound ? 0 : 1;

async function disturbed(): Promise<boolean> {
  const report = await soak(plan, say);
  const same = isDeepStrictEqual(report.disturbed, report.undisturbed);
  const { findings, sightings } = report.disturbed;
  console.log(`seed ${plan.seed}: ${report.kills} processes killed with -9; ${told(report.faults)}`);
  console.log(`${report.tiles} tiles, ${report.openAtLastFault} of them open at the last fault`);
  console.log(
    `${findings.length} findings and ${sightings.length} sightings, ${same ? 'equal' : 'NOT equal'} to an undisturbed run`,
  );
  return tellRest(report) && same && findings.length > 0;
}

async function undisturbed(minutes: number): Promise<boolean> {
  const report = await calm(plan, minutes, say);
  console.log(`${minutes} minutes: ${report.tiles} tiles, ${report.runs} runs of them, ${report.overlaps} overlaps`);
  return tellRest(report) && report.overlaps === 0 && report.runs > 0;
}

function tellRest(report: {
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  readonly exitCodes: readonly (number | null)[];
}): boolean {
  console.log(`not examined in the end: ${report.missing.length === 0 ? 'none' : report.missing.join('; ')}`);
  console.log(`exit codes of those told to stop: ${report.exitCodes.join(', ')}`);
  for (const words of report.unexpected) console.log(`unexpected: ${words}`);
  return report.missing.length + report.unexpected.length === 0;
}

function told(faults: ReadonlyMap<string, number>): string {
  return [...faults].map(([name, count]) => `${name} ${count}`).join(', ');
}

function say(words: string): void {
  console.error(`${((performance.now() - began) / 1_000).toFixed(0).padStart(5)} s  ${words}`);
}
