// A slice of the campaign test/campaigns/fuzz-lines.ts, which goes on for minutes and measures time as well.
import { expect, it } from 'vitest';
import { drawOf } from '../rig/fuzz/draw.ts';
import { lineSeeds } from '../rig/fuzz/line-seeds.ts';
import { drawFile, lineSubject } from '../rig/fuzz/line-subject.ts';

const FILES = 30;
const SEED = 20_261_121;

it(`${FILES} files with mutated lines are read line by line, each taken or refused with place and reason`, async () => {
  await using subject = await lineSubject();
  const seeds = lineSeeds();
  const outcomes = new Set<string>();
  for (let number = 0; number < FILES; number++) {
    const { outcome, fault } = await subject.attempt(drawFile(seeds, drawOf(SEED + number)));
    outcomes.add(outcome);
    expect({ number, fault }).toEqual({ number, fault: null });
  }
  expect([...outcomes].some((outcome) => outcome.endsWith('some taken'))).toBe(true);
  expect([...outcomes].some((outcome) => outcome.endsWith('nothing taken'))).toBe(true);
}, 240_000);

it.each([
  [
    'an answer of _search that is no UTF-8',
    '{"took":1,"hits":{"hits":[{"_id":"1","_source":{"a":"\xff"}}]}}',
    'search',
  ],
  ['an array of hits that is cut', '[{"_index":"a","_id":"1","_source":{"a":1}},{"_index":"a"', 'array'],
  ['a NUL inside of a text', '{"a":"x\0y"}\n{"a":1}\n', 'ndjson'],
  ['names that reach prototypes', '{"__proto__":{"x":1},"constructor":{"prototype":{"y":2}},"toString":3}', 'ndjson'],
  ['halves of surrogate pairs', '{"a":"\\ud800","b":"\\udc00\\ud800"}', 'ndjson'],
  ['lines of several systems', '\xef\xbb\xbf{"a":1}\r\n\n{"a":2}\r\r\n{"a":3}', 'ndjson'],
] as const)('%s: what is taken and what is refused adds up', async (_what, text, form) => {
  await using subject = await lineSubject();
  const bytes = Buffer.from(text, 'latin1');
  expect((await subject.attempt({ form, bytes, packing: 'plain', kept: 1_000 })).fault).toBeNull();
});
