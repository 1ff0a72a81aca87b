// npm run soak -- [--stack production|embedded] [--kills 200] [--hours 20] [--hunts 6] [--seed 1]
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { soak } from './soak/soak.ts';

const { values } = parseArgs({
  options: {
    stack: { type: 'string', default: 'production' },
    kills: { type: 'string', default: '200' },
    hours: { type: 'string', default: '20' },
    hunts: { type: 'string', default: '6' },
    seed: { type: 'string', default: '1' },
  },
});
const began = performance.now();
const say = (words: string) =>
  console.error(`${((performance.now() - began) / 1_000).toFixed(0).padStart(5)} s  ${words}`);
const plan = {
  stack: values.stack === 'embedded' ? ('embedded' as const) : ('production' as const),
  kills: Number(values.kills),
  hours: Number(values.hours),
  hunts: Number(values.hunts),
  seed: Number(values.seed),
};
const report = await soak(plan, say);
const same = isDeepStrictEqual(report.disturbed, report.undisturbed);
console.log(`seed ${plan.seed}: ${report.kills} processes killed with -9; ${told(report.faults)}`);
console.log(`${report.tiles} tiles, ${report.openAtLastFault} of them open at the last fault`);
console.log(`not examined in the end: ${report.missing.length === 0 ? 'none' : report.missing.join('; ')}`);
console.log(
  `${report.disturbed.findings.length} findings and ${report.disturbed.sightings.length} sightings, ` +
    (same ? 'equal to an undisturbed run' : 'NOT equal to an undisturbed run'),
);
console.log(`exit codes of those told to stop: ${report.exitCodes.join(', ')}`);
for (const words of report.unexpected) console.log(`unexpected: ${words}`);
process.exitCode = same && report.missing.length === 0 && report.unexpected.length === 0 ? 0 : 1;

function told(faults: ReadonlyMap<string, number>): string {
  return [...faults].map(([name, count]) => `${name} ${count}`).join(', ');
}
