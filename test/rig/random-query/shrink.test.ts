import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../src/query/syntax/parse.ts';
import { shrink, smallerQueries } from './shrink.ts';

const LONG = `FROM adv METADATA _id
| WHERE n > 3 AND (kw LIKE "a*" OR NOT b)
| EVAL x = CONCAT(TO_UPPER(LEFT(kw, 3)), "some words"), y = n + 1
| STATS c = COUNT(*) WHERE x == "ABC", m = MAX(y) BY kw2, x
| SORT m DESC, x ASC
| KEEP c, x`;

describe('smaller queries', () => {
  it('are shorter and read back', () => {
    const smaller = smallerQueries(LONG);
    expect(smaller.length).toBeGreaterThan(30);
    for (const esql of smaller) {
      expect(esql.length).toBeLessThan(LONG.length);
      expect(parseQuery(esql).ok, esql).toBe(true);
    }
  });

  it.each([
    ['without a command', 'FROM adv METADATA _id\n| EVAL x', false],
    ['a field less', 'y = n + 1', true],
    ['an operand for the whole', 'WHERE n > 3\n', false],
    ['half a constant', '"some "', false],
  ])('have %s', (_, part, isGone) => {
    expect(smallerQueries(LONG).some((esql) => esql.includes(part) !== isGone)).toBe(true);
  });

  it('keep the key that tells the rows of a LIMIT apart', () => {
    const smaller = smallerQueries('FROM adv | SORT kw, id | LIMIT 3 | KEEP kw');
    expect(smaller).toContain('FROM adv\n| SORT id ASC\n| LIMIT 3\n| KEEP kw');
    expect(smaller.every((esql) => !esql.includes('LIMIT') || /id ASC\n\| LIMIT/.test(esql))).toBe(true);
  });
});

describe('shrinking', () => {
  it('ends at what cannot be smaller', async () => {
    const fails = (esql: string) => Promise.resolve(esql.includes('TO_UPPER('));
    expect(await shrink(LONG, fails)).toBe('FROM adv\n| EVAL x = TO_UPPER(kw)');
  });

  it('gives the query itself where nothing smaller fails, and stops after so many tries', async () => {
    expect(await shrink(LONG, () => Promise.resolve(false))).toBe(LONG);
    let tries = 0;
    await shrink(LONG, () => Promise.resolve(++tries < 3), 3);
    expect(tries).toBe(3);
  });
});
