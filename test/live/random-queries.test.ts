// A seeded slice of the campaign (npm run differential): the same random queries each time, on the node and embedded.
import { expect, it } from 'vitest';
import { describeLive, uniqueName } from '../rig/live.ts';
import { drawOf } from '../rig/random-query/draw.ts';
import { openAdversarial } from '../rig/random-query/events.ts';
import { randomQuery } from '../rig/random-query/query.ts';
import { askBatch, emptyTally } from '../rig/random-query/round.ts';

const SEED = 20_261_121;
/** About two minutes on two cores. */
const QUERIES = 4_000;
const BATCH = 25;

describeLive('random queries on both engines', ['elasticsearch8'], ({ elasticsearch8 }) => {
  it(`${QUERIES} of seed ${SEED} are answered alike`, async () => {
    await using opened = await openAdversarial(elasticsearch8, uniqueName('adv').replace('-', ''));
    const draw = drawOf(SEED);
    const tally = emptyTally();
    while (tally.asked < QUERIES)
      await askBatch(
        opened.pair,
        Array.from({ length: BATCH }, () => randomQuery(draw, opened.events)),
        tally,
      );
    expect(tally.differences).toEqual([]);
    expect(tally.answered / tally.asked).toBeGreaterThan(0.9);
  }, 900_000);
});
