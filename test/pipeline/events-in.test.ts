import { describe, expect, it } from 'vitest';
import { HuntError } from '../../src/core/error.ts';
import { DAY_MS, isoTime } from '../../src/core/time.ts';
import type { Answer, FieldCaps, Question } from '../../src/engine/port.ts';
import { eventsIn } from '../../src/pipeline/events-in.ts';
import { answerOf, capsOf, checkedHunt, fakeEngine, TILE } from './fakes.ts';

const source = (name: string, clock: string) => `${name}:
  { index: [logs-${name}-*], where: 'event.dataset == "${name}"', clock: ${clock}, heartbeat: 1h, description: N, enable: E }
`;
const FILES = {
  '/site/hunts/sources.yml': source('one', '[event.ingested, "@timestamp"]') + source('two', '["@timestamp"]'),
  '/site/hunts/a/hunt.yml': `name: A hunt
hypothesis: Something is rare.
status: stable
severity: low
sources: { any_of: [one, two] }
window: 1d
prevalence: { of: [process.name], across: host.name, at_most: 3 }
finding: { title: t }
`,
};
const TYPES = { '@timestamp': 'date', 'event.ingested': 'date', 'event.dataset': 'keyword' } as const;
const BEFORE = { start: TILE.start - DAY_MS, end: TILE.start };

/** Events of the tile are there; `answer` tells of any other span. */
async function ask(
  answer: (question: Question) => Answer,
  { caps = {}, signal = new AbortController().signal }: { caps?: Partial<FieldCaps>; signal?: AbortSignal } = {},
) {
  const engine = fakeEngine(capsOf(TYPES, caps), (question) =>
    question.filter.time?.span.start === TILE.start ? answerOf([{ documents: 1 }]) : answer(question),
  );
  const left = await eventsIn(await checkedHunt(FILES), [BEFORE, TILE], { engine, deadlineMs: 1_000, signal });
  return { left, asked: engine.asked };
}

const none = () => answerOf([{ documents: 0 }]);
const failing = (): never => {
  throw new HuntError('OVERLOADED', 'Busy');
};

describe('events of a hunt in spans of time', () => {
  it('are there or gone, by one question a span that stops at the first event', async () => {
    const { left, asked } = await ask(none);
    expect(left).toEqual(['gone', 'there']);
    expect(asked).toHaveLength(2);
    expect(asked[0]?.esql).toMatch(
      /^FROM logs-one-\*, ?logs-two-\*\n[^]*\n\| LIMIT 1\n\| STATS documents = COUNT\(\*\)/,
    );
    expect(asked[0]?.filter.time).toEqual({
      clocks: [['event.ingested', '@timestamp'], ['@timestamp']],
      span: BEFORE,
    });
    // With several clocks each source is held to its own.
    expect(asked[0]?.params).toEqual({ _range_start: isoTime(BEFORE.start), _range_end: isoTime(BEFORE.end) });
  });

  it('are unknown where part of the data could not be looked at, and there where some were seen all the same', async () => {
    for (const caps of [{ closed: ['logs-one-1'] }, { missingShards: 1 }]) {
      expect((await ask(none, { caps })).left).toEqual(['unknown', 'there']);
    }
    expect((await ask(() => answerOf([{ documents: 0 }], { partial: ['shard 1'] }))).left).toEqual([
      'unknown',
      'there',
    ]);
  });

  it('are gone where no index is there, without a question', async () => {
    const { left, asked } = await ask(none, { caps: { unmatched: ['logs-one-*', 'logs-two-*'] } });
    expect(left).toEqual(['gone', 'gone']);
    expect(asked).toEqual([]);
  });

  it('are unknown where the engine does not answer: gaps are looked at when things are broken', async () => {
    expect((await ask(failing)).left).toEqual(['unknown', 'there']);
    const engine = { ...fakeEngine(capsOf(TYPES), none), fields: async () => failing() };
    const { signal } = new AbortController();
    const left = await eventsIn(await checkedHunt(FILES), [TILE], { engine, deadlineMs: 1_000, signal });
    expect(left).toEqual(['unknown']);
  });

  it('are not made up when it is called off, nor when the program is at fault', async () => {
    await expect(ask(failing, { signal: AbortSignal.abort() })).rejects.toThrow();
    const broken = () => {
      throw new TypeError('undefined is not a function');
    };
    await expect(ask(broken)).rejects.toThrow(TypeError);
  });
});
