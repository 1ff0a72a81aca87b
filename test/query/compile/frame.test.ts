import { describe, expect, it } from 'vitest';
import type { Source } from '../../../src/core/source.ts';
import type { FieldCaps } from '../../../src/engine/port.ts';
import type { CheckedSource } from '../../../src/pipeline/checked.ts';
import { frameOf, sourceFrame } from '../../../src/pipeline/frame-of.ts';
import { query } from '../../../src/query/syntax/build.ts';
import { clockChains, type Frame, head } from '../../../src/query/compile/frame.ts';
import { parseExpression } from '../../../src/query/syntax/parse.ts';
import { printQuery } from '../../../src/query/syntax/print.ts';
import { capsOf } from '../../pipeline/fakes.ts';

function sourceOf(name: string, change: Partial<Source> & { readonly predicate?: string } = {}): CheckedSource {
  const { predicate = `event.dataset == "${name}"`, ...rest } = change;
  const where = parseExpression(predicate);
  if (!where.ok) throw new Error(predicate);
  const source: Source = {
    name,
    description: 'N',
    index: [`logs-${name}-*`],
    where: null,
    clock: ['event.ingested', '@timestamp'],
    heartbeatMs: 1,
    enable: 'E',
    fields: null,
    absent: false,
    place: { file: 'f', line: 1, column: 1 },
    ...rest,
  };
  return { source, where: where.value };
}

const CAPS = capsOf({
  '@timestamp': 'date',
  'event.ingested': 'date',
  'event.dataset': 'keyword',
  'destination.ip': 'ip',
  'event.code': 'keyword',
});

function headOf(
  sources: readonly CheckedSource[],
  caps: FieldCaps = CAPS,
  fields: readonly string[] = [],
  clock: 'event' | 'ingest' = 'ingest',
) {
  const frame = frameOf(sources, caps, clock, new Set(fields));
  return frame === null ? null : printQuery(query(head(frame)));
}

describe('how every query of a run begins', () => {
  it('with one chain of clocks', () => {
    expect(headOf([sourceOf('a'), sourceOf('b')])).toBe(
      `FROM logs-a-*, logs-b-*
| EVAL hunt.clock = COALESCE(event.ingested, @timestamp)
| WHERE event.dataset == "a" OR event.dataset == "b"`,
    );
  });

  it('with several chains, by each source and within the range', () => {
    const other = sourceOf('b', { clock: ['@timestamp'] });
    expect(headOf([sourceOf('a'), other])).toBe(
      `FROM logs-a-*, logs-b-*
| EVAL hunt.clock = CASE(event.dataset == "a", COALESCE(event.ingested, @timestamp), event.dataset == "b", @timestamp)
| WHERE hunt.clock >= ?_range_start AND hunt.clock < ?_range_end
| WHERE event.dataset == "a" OR event.dataset == "b"`,
    );
  });

  it('on event time alone, whatever clocks the sources have', () => {
    expect(headOf([sourceOf('a'), sourceOf('b', { clock: ['event.created'] })], CAPS, [], 'event')).toContain(
      'EVAL hunt.clock = @timestamp\n',
    );
  });

  it('with clock fields that exist only', () => {
    const { types } = CAPS;
    const fewer = { ...CAPS, types: new Map([...types].filter(([name]) => name !== 'event.ingested')) };
    expect(headOf([sourceOf('a')], fewer)).toContain('EVAL hunt.clock = @timestamp\n');
  });

  it('with conversion of a clock that is no plain date', () => {
    const odd = { ...CAPS, types: new Map([...CAPS.types, ['event.ingested', 'date_nanos' as const]]) };
    expect(headOf([sourceOf('a')], odd)).toContain('COALESCE(TO_DATETIME(event.ingested), @timestamp)');
  });

  it('with typed nulls for what is mapped nowhere', () => {
    expect(
      headOf([sourceOf('a')], CAPS, [
        'destination.ip',
        'source.ip',
        'source.bytes',
        'event.created',
        'my.own',
        'process.code_signature.trusted',
      ]),
    ).toContain(
      '| EVAL source.ip = null::ip, source.bytes = null::long, event.created = null::datetime, my.own = null::keyword, process.code_signature.trusted = null::boolean, hunt.clock = ',
    );
  });

  it('with one type for a field of several', () => {
    const conflicts = new Map([
      ['destination.ip', ['keyword: x', 'ip: y']],
      ['unread', ['long: x']],
      ['event.code', ['long: x', 'keyword: y']],
    ]);
    expect(headOf([sourceOf('a')], { ...CAPS, conflicts }, ['destination.ip', 'event.code'])).toContain(
      '| EVAL destination.ip = TO_IP(destination.ip), event.code = TO_STRING(event.code), hunt.clock = ',
    );
  });

  it('reads the fields of predicates too', () => {
    expect(headOf([sourceOf('a', { predicate: 'winlog.channel == "x"' })])).toContain('winlog.channel = null::keyword');
  });

  it('without patterns that match nothing, and without sources that have none', () => {
    const caps = { ...CAPS, unmatched: ['logs-b-*', 'logs-a2-*'] };
    const frame = frameOf(
      [sourceOf('a', { index: ['logs-a-*', 'logs-a2-*'] }), sourceOf('b')],
      caps,
      'ingest',
      new Set(),
    );
    expect(frame?.sources.map(({ patterns }) => patterns)).toEqual([['logs-a-*']]);
    expect(sourceFrame(sourceOf('b'), caps, 'ingest')).toBeNull();
    expect(headOf([sourceOf('a')], capsOf({}))).toBeNull();
  });

  it('takes every document of a source without predicate', () => {
    const frame: Frame = {
      sources: [{ patterns: ['logs-*'], where: null, clock: ['@timestamp'] }],
      missing: new Map(),
      conflicting: new Map(),
      oddClocks: new Set(),
    };
    expect(printQuery(query(head(frame, ['_id'])))).toBe('FROM logs-* METADATA _id\n| EVAL hunt.clock = @timestamp');
    expect(clockChains(frame)).toEqual([['@timestamp']]);
  });
});
