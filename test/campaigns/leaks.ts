// npm run leaks -- --elasticsearch http://127.0.0.1:9200 [--minutes 15] [--hours 6] [--hunts 50]
// npm run leaks -- --stack embedded [--minutes 15] [--hours 6] [--hunts 50]
import { parseArgs } from 'node:util';
import { type LeakPlan, MEASURES, searchLeaks } from './leaks/search.ts';

const { values } = parseArgs({
  options: {
    stack: { type: 'string', default: 'production' },
    elasticsearch: { type: 'string' },
    minutes: { type: 'string', default: '15' },
    hours: { type: 'string', default: '6' },
    hunts: { type: 'string', default: '50' },
  },
});
const plan: LeakPlan = {
  stack: values.stack === 'embedded' ? 'embedded' : 'production',
  elasticsearch: values.elasticsearch ?? null,
  minutes: Number(values.minutes),
  hours: Number(values.hours),
  hunts: Number(values.hunts),
};
/** The last third of the time may have so much of what the second had. */
const MOST = 1.05;

const { runs, reloads, cuts, troubles, thirds } = await searchLeaks(plan, (words) => console.error(words));
console.log(`${runs} runs, ${reloads} reloads, ${cuts} times all connections to Redis cut; troubles: ${troubles}`);
for (const measure of MEASURES) {
  const [first = 0, second = 0, last = 0] = thirds.map((third) => third[measure]);
  console.log(
    `${measure}: ${first.toFixed(1)}, ${second.toFixed(1)}, ${last.toFixed(1)}; ${(last / second).toFixed(3)}`,
  );
  if (last > MOST * second) process.exitCode = 1;
}
if (runs === 0) process.exitCode = 1;
