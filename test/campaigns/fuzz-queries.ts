// Mutated queries against the embedded engine: an answer or a clear refusal, each within a second.
// npm run fuzz:queries -- --minutes 10 --seed 1
import { campaignMain } from '../rig/fuzz/campaign.ts';
import { drawOf } from '../rig/fuzz/draw.ts';
import { mutateQuery, piecesOf } from '../rig/fuzz/mutate-query.ts';
import { querySeeds, querySubject } from '../rig/fuzz/query-subject.ts';
import { shrinkList } from '../rig/fuzz/shrink.ts';

const DEADLINE_MS = 5_000;
const SLOW_MS = 1_000;
const seeds = querySeeds();

await campaignMain<string>({
  url: import.meta.url,
  subject: () => querySubject(DEADLINE_MS),
  draw: (seed) => {
    const draw = drawOf(seed);
    return mutateQuery(draw.pick(seeds), draw.pick(seeds), draw);
  },
  shrink: async (esql, fails) => (await shrinkList(piecesOf(esql), (pieces) => fails(pieces.join('')))).join(''),
  show: (esql) =>
    esql.length > 500 ? `${JSON.stringify(esql.slice(0, 500))}… (${esql.length})` : JSON.stringify(esql),
  slowMs: SLOW_MS,
});
