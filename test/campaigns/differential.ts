// Random queries on a real node and on the embedded engine, for a time: prints what differs, each made as small as it gets.
//   node test/campaigns/differential.ts [--minutes 20] [--seed N] [--node http://127.0.0.1:9200]
// Without --node it uses LIVE_ELASTICSEARCH8, else it starts one. Exit code 1: a difference that no stated reason covers.
import { parseArgs } from 'node:util';
import { ELASTICSEARCH_8 } from '../rig/assemble.ts';
import { randomBytes } from 'node:crypto';
import { drawOf } from '../rig/random-query/draw.ts';
import { openAdversarial } from '../rig/random-query/events.ts';
import { randomQuery } from '../rig/random-query/query.ts';
import { askBatch, emptyTally, type Tally } from '../rig/random-query/round.ts';
import { startElasticsearch } from '../rig/servers.ts';

const BATCH = 24;
const MINUTE_MS = 60_000;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '20' }, seed: { type: 'string' }, node: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
const minutes = Number(values.minutes);
if (!Number.isInteger(seed) || !(minutes > 0))
  throw new RangeError('--seed is a whole number, --minutes a positive one');
process.exitCode = await campaign(values.node ?? process.env['LIVE_ELASTICSEARCH8'] ?? null);

async function campaign(url: string | null): Promise<number> {
  if (url === null) {
    await using node = await startElasticsearch(ELASTICSEARCH_8);
    return await search(node.info.url);
  }
  return await search(url);
}

async function search(url: string): Promise<number> {
  const name = `adv${randomBytes(4).toString('hex')}`;
  await using opened = await openAdversarial({ url }, name);
  const { pair, events } = opened;
  const draw = drawOf(seed);
  const tally = emptyTally();
  const began = performance.now();
  process.stderr.write(`seed ${seed}, ${minutes} min\n`);
  while (performance.now() - began < minutes * MINUTE_MS) {
    const seen = tally.differences.length;
    await askBatch(
      pair,
      Array.from({ length: BATCH }, () => randomQuery(draw, events)),
      tally,
    );
    for (const { smallest, difference } of tally.differences.slice(seen))
      process.stdout.write(
        `${smallest.replaceAll(name, 'adv').replaceAll('\n', ' ')}\n  ${difference.slice(0, 600)}\n`,
      );
  }
  process.stdout.write(summary(tally, (performance.now() - began) / 1_000));
  return tally.differences.length === 0 ? 0 : 1;
}

function summary({ asked, answered, refused, stated, differences }: Tally, seconds: number): string {
  const share = ((100 * answered) / Math.max(1, asked)).toFixed(1);
  return [
    `seed ${seed}: ${asked} queries in ${seconds.toFixed(0)} s, ${answered} answered by both (${share} %), ${refused} refused by both`,
    ...[...stated].map(([reason, count]) => `  ${count} differ for a stated reason: ${reason}`),
    `${differences.length} differ for none`,
    '',
  ].join('\n');
}
