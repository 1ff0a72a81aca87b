// npm run month -- [--stack production|embedded] [--days 30] [--seed 1] [--elasticsearch URL]
import { parseArgs } from 'node:util';
import { ELASTICSEARCH_8 } from '../rig/assemble.ts';
import { startElasticsearch, startRedis } from '../rig/servers.ts';
import { month } from './month/month.ts';
import { planOf } from './month/plan.ts';
import { embeddedMonth, productionMonth } from './month/stands.ts';

const { values } = parseArgs({
  options: {
    stack: { type: 'string', default: 'production' },
    days: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    // A node that runs already; without it one is started.
    elasticsearch: { type: 'string' },
  },
});
const began = performance.now();
const plan = planOf(Number(values.days));

await using parts = new AsyncDisposableStack();
const stand = parts.use(await (values.stack === 'embedded' ? embeddedMonth(plan) : production()));
const report = await month(plan, stand, Number(values.seed), say);
const { counts, gaps, differences, troubles, looks } = report;
console.log(
  `${values.stack}, ${values.days} days, seed ${values.seed}: ${plan.jobs.length} jobs, ${plan.hunts.length} hunts`,
);
console.log(`${looks} looks, ${counts.runs} runs, ${counts.tiles} tiles examined`);
console.log(`${counts.minutes} minutes told of, ${counts.gapMinutes} of them in gaps:`);
for (const [gap, minutes] of gaps) console.log(`  ${gap}: ${minutes}`);
console.log(`${counts.findings} findings, ${counts.sightings} sightings`);
console.log(`troubles that were not meant: ${troubles.length}; differences from the model: ${differences.length}`);
for (const words of [...troubles, ...differences].slice(0, 40)) console.log(`  ${words}`);
say('done');
process.exitCode = troubles.length + differences.length === 0 && counts.runs > 0 ? 0 : 1;

async function production() {
  const url = values.elasticsearch ?? parts.use(await startElasticsearch(ELASTICSEARCH_8)).info.url;
  const redis = parts.use(await startRedis());
  return productionMonth(plan, { elasticsearch: url, redis: redis.info.url });
}

function say(words: string): void {
  console.error(`${((performance.now() - began) / 1_000).toFixed(0).padStart(5)} s  ${words}`);
}
