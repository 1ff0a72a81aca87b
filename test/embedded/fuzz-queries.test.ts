// A slice of the campaign test/campaigns/fuzz-queries.ts, which goes on for minutes and measures time as well.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HuntError } from '../../src/core/error.ts';
import { drawOf } from '../rig/fuzz/draw.ts';
import { mutateQuery, piecesOf } from '../rig/fuzz/mutate-query.ts';
import { faultOfRefusal, querySeeds, querySubject, type QuerySubject } from '../rig/fuzz/query-subject.ts';
import { shrinkList } from '../rig/fuzz/shrink.ts';

const QUERIES = 1_000;
const SEED = 20_261_121;
const DEADLINE_MS = 30_000;
let subject: QuerySubject;

beforeAll(async () => {
  subject = await querySubject(DEADLINE_MS);
}, 60_000);

afterAll(() => subject[Symbol.asyncDispose]());

it(`${QUERIES} mutated queries are answered or clearly refused`, async () => {
  const seeds = querySeeds();
  const outcomes = new Map<string, number>();
  for (let number = 0; number < QUERIES; number++) {
    const draw = drawOf(SEED + number);
    const esql = mutateQuery(draw.pick(seeds), draw.pick(seeds), draw);
    const { outcome, fault } = await subject.attempt(esql);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (fault !== null) expect.fail(`${fault}: ${await smallest(esql, fault, subject.attempt)}`);
  }
  expect(outcomes.get('answer'), 'some are still right').toBeGreaterThan(QUERIES / 20);
  expect(outcomes.get('QUERY_REJECTED')).toBeGreaterThan(QUERIES / 3);
}, 120_000);

async function smallest(
  esql: string,
  fault: string,
  attempt: (esql: string) => Promise<{ readonly fault: string | null }>,
): Promise<string> {
  const pieces = await shrinkList(piecesOf(esql), async (some) => (await attempt(some.join(''))).fault === fault);
  return pieces.join('');
}

it.each([
  ['a TypeError', new TypeError('x is not a function')],
  ['a code for something else', new HuntError('STORE_REFUSED', 'Cannot store', { remedy: 'Look' })],
  ['words of DuckDB', new HuntError('QUERY_REJECTED', 'Cannot run: Binder Error: no such column', { remedy: 'Look' })],
  ['no remedy', new HuntError('QUERY_REJECTED', 'Cannot run the query: line 1:1: wrong')],
])('%s is told as a fault', (_what, error) => {
  expect(faultOfRefusal(error)).not.toBeNull();
});

it('a refusal with its remedy is none', () => {
  const error = new HuntError('QUERY_REJECTED', 'Cannot run the query: line 1:1: "Binder Error" is no command', {
    remedy: 'Write another',
  });
  expect(faultOfRefusal(error)).toBeNull();
});

it('an input is made smaller as far as it still fails', async () => {
  const pieces = piecesOf('FROM adv | WHERE kw == "a" AND n > 5 | SORT bad, id | LIMIT 3');
  const least = await shrinkList(pieces, (some) => Promise.resolve(some.includes(' bad') && some.includes(' |')));
  expect(least).toEqual([' |', ' bad']);
});

it.each([
  ['100 levels at most', `ROW x = 1 | EVAL y = ${'ABS('.repeat(101)}x${')'.repeat(101)}`, 'line 1:22', 'levels deep'],
  [
    'no deep ones in number',
    `ROW x = 1${` | EVAL y = ${'ABS('.repeat(90)}x${')'.repeat(90)}`.repeat(6)}`,
    '1:',
    'together',
  ],
  ['100 stages', `ROW x = 1${' | WHERE x > 0'.repeat(101)}`, 'line 1:', 'more than 100 stages'],
  ['8 STATS', `ROW x = 1${' | STATS x = MAX(x)'.repeat(9)}`, 'line 1:', 'more than 8 stages'],
  ['50 keys', `ROW x = 1 | SORT ${Array(51).fill('x').join(', ')}`, 'line 1:13', '51 columns to sort by'],
  ['200 columns', `ROW ${Array.from({ length: 201 }, (_, at) => `x${at} = 1`).join(', ')}`, 'line 1:1', '201 columns'],
  ['500 aggregates', `ROW x = 1 | STATS ${Array(501).fill('MAX(x)').join(', ')}`, 'line 1:13', '501 aggregates'],
  ['500 arguments', `ROW x = "a" | EVAL y = CONCAT(${Array(501).fill('x').join(', ')})`, '1:', 'CONCAT with 501'],
  ['6,000 parts', `ROW x = 1 | WHERE ${Array(2_500).fill('x == 1').join(' OR ')}`, 'line 1:19', 'more than 6000 parts'],
])('takes %s, and says where more are', async (_what, esql, place, words) => {
  const { message } = await subject.refusal(esql);
  expect(message).toContain(place);
  expect(message).toContain(words);
});

it.each(['GROK text "%{DATA:a}b%{DATA:b}c%{DATA:d}e"', 'EVAL x = REPLACE(text, "a*a*a*b", "")'])(
  'stops a pattern that backtracks for ever, by name: %s',
  async (stage) => {
    const { message } = await subject.refusal(`ROW text = REPEAT("a", 50000) | ${stage}`);
    expect(message).toBe(
      `Cannot run the query: ${stage.startsWith('GROK') ? 'GROK' : 'REPLACE'} takes too long over a text`,
    );
  },
);
