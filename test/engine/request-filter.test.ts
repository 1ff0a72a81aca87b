import { describe, expect, it } from 'vitest';
import type { QuestionFilter } from '../../src/engine/port.ts';
import { requestFilter } from '../../src/engine/request-filter.ts';

const SPAN = { start: Date.UTC(2026, 0, 1), end: Date.UTC(2026, 0, 2, 0, 0, 0, 5) };
const BOUNDS = { gte: '2026-01-01T00:00:00.000Z', lt: '2026-01-02T00:00:00.005Z', format: 'strict_date_optional_time' };
const range = (field: string) => ({ range: { [field]: BOUNDS } });
const missing = (field: string) => ({ exists: { field } });

function filter(other: Partial<QuestionFilter>): QuestionFilter {
  return { time: null, excluded: [], only: [], ...other };
}

function timeOf(...clocks: readonly (readonly string[])[]) {
  return requestFilter(filter({ time: { clocks, span: SPAN } }));
}

describe('requestFilter', () => {
  it('is nothing for nothing', () => {
    expect(requestFilter(filter({}))).toBeNull();
  });

  it('is a range for one clock field', () => {
    expect(timeOf(['@timestamp'])).toEqual({ bool: { filter: [range('@timestamp')] } });
  });

  it('is a ladder for a chain: a later field counts only where all before it are absent', () => {
    const ladder = [
      range('event.ingested'),
      { bool: { filter: [range('event.created')], must_not: [missing('event.ingested')] } },
      { bool: { filter: [range('@timestamp')], must_not: [missing('event.ingested'), missing('event.created')] } },
    ];
    expect(timeOf(['event.ingested', 'event.created', '@timestamp'])).toEqual({
      bool: { filter: [{ bool: { should: ladder, minimum_should_match: 1 } }] },
    });
  });

  it('lets a document of any chain pass, and says each chain once', () => {
    expect(timeOf(['a'], ['b'], ['a'])).toEqual({
      bool: { filter: [{ bool: { should: [range('a'), range('b')], minimum_should_match: 1 } }] },
    });
  });

  it('lets nothing pass when no chain is given', () => {
    expect(timeOf()).toEqual({ bool: { filter: [{ match_none: {} }] } });
    expect(timeOf([])).toEqual({ bool: { filter: [{ match_none: {} }] } });
  });

  it('keeps excluded blocks and plain addresses in two clauses', () => {
    const excluded = [{ field: 'destination.ip', blocks: ['10.0.0.0/8'], addresses: ['1.1.1.1'] }];
    expect(requestFilter(filter({ excluded }))).toEqual({
      bool: {
        filter: [
          {
            bool: {
              must_not: [{ terms: { 'destination.ip': ['10.0.0.0/8'] } }, { terms: { 'destination.ip': ['1.1.1.1'] } }],
            },
          },
        ],
      },
    });
  });

  it('excludes nothing by an empty list, and keeps nothing by an empty "only"', () => {
    const empty = [{ field: 'ip', blocks: [], addresses: [] }];
    expect(requestFilter(filter({ excluded: empty }))).toBeNull();
    expect(requestFilter(filter({ only: empty }))).toEqual({ bool: { filter: [{ match_none: {} }] } });
  });

  it('never leaves a "should" without the number that must match', () => {
    const only = [{ field: 'ip', blocks: ['10.0.0.0/8'], addresses: ['1.1.1.1'] }];
    const text = JSON.stringify(requestFilter(filter({ only, time: { clocks: [['a', 'b'], ['c']], span: SPAN } })));
    expect(text.match(/"should"/g)?.length).toBe(3);
    expect(text.match(/"minimum_should_match":1/g)?.length).toBe(3);
  });
});
