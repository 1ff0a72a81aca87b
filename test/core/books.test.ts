import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountedIn,
  activated,
  afterAttempt,
  askBackfill,
  cancelBackfill,
  examine,
  gapsIn,
  ledgerName,
  recordGap,
} from '../../src/core/books.ts';
import { intersect, lengthOf, normalise } from '../../src/core/interval.ts';
import type { Gap, Ledger } from '../../src/core/ledger.ts';
import { HOUR_MS, SECOND_MS, type Span } from '../../src/core/time.ts';

const KEY = { jobId: 'nightly', huntId: 'network/rare-egress' };
const NOW = 1_000 * SECOND_MS;

/** A span in seconds, and gaps as the tests need them. */
const s = (start: number, end: number): Span => ({ start: start * SECOND_MS, end: end * SECOND_MS });
const gap = (span: Span, differs: Partial<Gap> = {}): Gap => ({
  span,
  reason: 'failed',
  text: 'The server is gone',
  since: NOW,
  attempts: 1,
  nextAttemptAt: NOW + HOUR_MS,
  backfill: false,
  runId: 'run-1',
  ...differs,
});
const paused = (span: Span, differs: Partial<Gap> = {}): Gap =>
  gap(span, { reason: 'paused', text: 'Paused', attempts: 0, nextAttemptAt: null, runId: null, ...differs });
const spans = (ledger: Ledger) => ledger.gaps.map((each) => each.span);
const fresh = activated(KEY, s(0, 0).start);

describe('ledgerName', () => {
  it('holds job and first id, without what a queue refuses', () => {
    expect(ledgerName(KEY)).toBe('nightly.network~rare-egress');
    expect(ledgerName({ jobId: 'emea/nightly', huntId: 'a/b/c' })).toBe('emea~nightly.a~b~c');
  });
});

describe('activated', () => {
  it('knows nothing yet, and takes nothing of the key but the key', () => {
    expect(activated(Object.assign({ tile: 1 }, KEY), 7)).toEqual({ ...KEY, activatedAt: 7, examined: [], gaps: [] });
  });
});

describe('examine', () => {
  it('joins what was examined and closes the part of a gap that it covers', () => {
    const before = recordGap(examine(fresh, s(0, 10)), gap(s(10, 40)));
    const after = examine(before, s(10, 20));
    expect(after.examined).toEqual([s(0, 20)]);
    expect(after.gaps).toEqual([gap(s(20, 40))]);
    expect(spans(examine(after, s(25, 30)))).toEqual([s(20, 25), s(30, 40)]);
  });

  it('of what was examined gives the same ledger back', () => {
    const once = examine(fresh, s(0, 10));
    expect(examine(once, s(0, 10))).toBe(once);
    expect(examine(once, s(2, 5))).toBe(once);
    expect(examine(once, s(5, 5))).toBe(once);
  });
});

describe('recordGap', () => {
  it('leaves what is examined as it is', () => {
    const ledger = recordGap(examine(fresh, s(10, 20)), gap(s(0, 30)));
    expect(spans(ledger)).toEqual([s(0, 10), s(20, 30)]);
    const all = examine(fresh, s(0, 30));
    expect(recordGap(all, gap(s(5, 10)))).toBe(all);
  });

  it('after an attempt replaces the part of other gaps that it covers, and keeps the rest of them', () => {
    const ledger = recordGap(recordGap(fresh, paused(s(0, 30))), gap(s(10, 20)));
    expect(ledger.gaps).toEqual([paused(s(0, 10)), gap(s(10, 20)), paused(s(20, 30))]);
    const again = recordGap(ledger, gap(s(10, 20), { attempts: 2, reason: 'blind', runId: 'run-2' }));
    expect(again.gaps[1]).toEqual(gap(s(10, 20), { attempts: 2, reason: 'blind', runId: 'run-2' }));
    expect(again.gaps).toHaveLength(3);
  });

  it('that was never tried undoes no attempt and no backfill, also when two record it', () => {
    const tried = recordGap(fresh, gap(s(10, 20)));
    const late = recordGap(tried, paused(s(0, 30)));
    expect(late.gaps).toEqual([paused(s(0, 10)), gap(s(10, 20)), paused(s(20, 30))]);
    const asked = askBackfill(late, s(0, 5), NOW);
    expect(recordGap(asked, paused(s(0, 30), { since: NOW + 1 }))).toBe(asked);
  });

  it('joins neighbours that were never tried and say the same, since the first of them', () => {
    const first = recordGap(fresh, paused(s(0, 10), { since: 5 }));
    const grown = recordGap(first, paused(s(10, 20), { since: 9 }));
    expect(grown.gaps).toEqual([paused(s(0, 20), { since: 5 })]);
    expect(recordGap(grown, paused(s(20, 30), { text: 'Paused by Kim' })).gaps).toHaveLength(2);
    expect(recordGap(grown, paused(s(21, 30))).gaps).toHaveLength(2);
    expect(recordGap(grown, paused(s(20, 30), { reason: 'beyond_catch_up' })).gaps).toHaveLength(2);
  });

  it('keeps tiles that were tried apart: each has its own attempts', () => {
    expect(recordGap(recordGap(fresh, gap(s(0, 10))), gap(s(10, 20))).gaps).toHaveLength(2);
  });
});

describe('askBackfill', () => {
  const ledger = [gap(s(20, 40), { attempts: 4, nextAttemptAt: null }), paused(s(60, 80))].reduce(
    recordGap,
    examine({ ...fresh, activatedAt: s(10, 0).start }, s(10, 20)),
  );

  it('makes what it covers of the gaps due now, with all attempts before them', () => {
    const asked = askBackfill(ledger, s(30, 70), NOW);
    const due = { attempts: 0, nextAttemptAt: NOW, backfill: true };
    expect(asked.gaps).toEqual([
      gap(s(20, 30), { attempts: 4, nextAttemptAt: null }),
      gap(s(30, 40), due),
      paused(s(60, 70), due),
      paused(s(70, 80)),
    ]);
  });

  it('asks for time before the activation, but not for what was examined in it', () => {
    const asked = askBackfill(examine(ledger, s(-5, 0)), s(-10, 25), NOW);
    expect(asked.gaps.map(({ span, reason, backfill }) => [span, reason, backfill])).toEqual([
      [s(-10, -5), 'requested', true],
      [s(0, 10), 'requested', true],
      [s(20, 25), 'failed', true],
      [s(25, 40), 'failed', false],
      [s(60, 80), 'paused', false],
    ]);
  });

  it('leaves time that is due by itself, and what is examined, as they are', () => {
    expect(askBackfill(ledger, s(40, 60), NOW)).toBe(ledger);
    expect(askBackfill(ledger, s(12, 18), NOW)).toBe(ledger);
  });

  it('takes whole seconds, outwards', () => {
    const asked = askBackfill(ledger, { start: 25_400, end: 30_001 }, NOW);
    expect(spans(asked).slice(0, 3)).toEqual([s(20, 25), s(25, 31), s(31, 40)]);
  });

  it('may be asked twice', () => {
    const once = askBackfill(ledger, s(-10, 70), NOW);
    expect(askBackfill(once, s(-10, 70), NOW)).toEqual(once);
  });
});

describe('cancelBackfill', () => {
  it('lets what is not done wait again, and forgets what only the backfill asked for', () => {
    const before = recordGap({ ...fresh, activatedAt: s(10, 0).start }, paused(s(20, 40)));
    const asked = askBackfill(before, s(0, 30), NOW);
    const half = examine(examine(asked, s(0, 5)), s(20, 25));
    const cancelled = cancelBackfill(half, s(0, 30));
    expect(cancelled.gaps).toEqual([paused(s(25, 40))]);
    expect(cancelled.examined).toEqual([s(0, 5), s(20, 25)]);
    expect(cancelBackfill(cancelled, s(0, 30))).toBe(cancelled);
  });

  it('leaves gaps alone that nobody asked for, and those outside of its span', () => {
    const ledger = [gap(s(0, 10)), paused(s(10, 20)), paused(s(30, 40))].reduce(recordGap, fresh);
    const asked = askBackfill(ledger, s(15, 40), NOW);
    expect(cancelBackfill(asked, s(0, 20)).gaps.map(({ backfill, span }) => [span, backfill])).toEqual([
      [s(0, 10), false],
      [s(10, 20), false],
      [s(30, 40), true],
    ]);
  });

  it('keeps a tile that was tried before the activation and failed: somebody wanted to know', () => {
    const asked = askBackfill({ ...fresh, activatedAt: s(10, 0).start }, s(0, 10), NOW);
    const failed = recordGap(asked, gap(s(0, 10), { backfill: true }));
    expect(cancelBackfill(failed, s(0, 10)).gaps).toEqual([gap(s(0, 10), { nextAttemptAt: null })]);
  });
});

describe('gapsIn', () => {
  it('cuts gaps at the ends of the span', () => {
    const ledger = recordGap(recordGap(fresh, gap(s(0, 10))), paused(s(20, 30)));
    expect(gapsIn(ledger, s(5, 25))).toEqual([gap(s(5, 10)), paused(s(20, 25))]);
    expect(gapsIn(ledger, s(10, 20))).toEqual([]);
  });
});

describe('afterAttempt', () => {
  it('waits longer each time, and at last for a backfill', () => {
    const waits = [0, 1, 2, 3, 9].map((previous) => afterAttempt(previous, [1, 6, 24], 100));
    expect(waits).toEqual([101, 106, 124, null, null]);
    expect(afterAttempt(0, [], 100)).toBeNull();
  });
});

// Against a model that knows, for each second of a small world, one of: nothing, examined, a gap.
type Told = 'examined' | Omit<Gap, 'span' | 'since'> | null;

interface Change {
  readonly name: 'examine' | 'try' | 'set aside' | 'ask' | 'cancel';
  readonly from: number;
  readonly length: number;
  readonly variant: number;
}

const WORLD = 30;
const ACTIVATED = 10;

function onLedger(ledger: Ledger, { name, from, length, variant }: Change): Ledger {
  const span = s(from, from + length);
  if (name === 'examine') return examine(ledger, span);
  if (name === 'try') return recordGap(ledger, gap(span, { attempts: 1 + variant }));
  if (name === 'set aside') return recordGap(ledger, paused(span, { text: `Paused ${variant}` }));
  return name === 'ask' ? askBackfill(ledger, span, NOW) : cancelBackfill(ledger, span);
}

function onSecond(told: Told, second: number, { name, variant }: Change): Told {
  if (name === 'examine' || told === 'examined') return 'examined';
  const tried = toldOf(gap(s(0, 0), { attempts: 1 + variant }));
  const aside = toldOf(paused(s(0, 0), { text: `Paused ${variant}` }));
  if (name === 'try') return tried;
  if (name === 'set aside') return told ?? aside;
  const asked = { attempts: 0, nextAttemptAt: NOW, backfill: true };
  if (name === 'ask') {
    if (told !== null) return { ...told, ...asked };
    return second < ACTIVATED ? { ...aside, ...asked, reason: 'requested', text: REQUESTED } : null;
  }
  if (told === null || !told.backfill) return told;
  return told.reason === 'requested' ? null : { ...told, nextAttemptAt: null, backfill: false };
}

const REQUESTED = askBackfill({ ...fresh, activatedAt: NOW }, s(0, 1), NOW).gaps[0]?.text ?? '';

function toldBy({ examined, gaps }: Ledger, second: number): Told[] {
  const at = s(second, second + 1);
  const seen: Told[] = intersect(examined, [at]).map(() => 'examined');
  return [...seen, ...gaps.filter(({ span }) => intersect([span], [at]).length > 0).map(toldOf)];
}

function toldOf({ reason, text, attempts, nextAttemptAt, backfill, runId }: Gap): Exclude<Told, 'examined' | null> {
  return { reason, text, attempts, nextAttemptAt, backfill, runId };
}

describe('any changes in any order', { timeout: 60_000 }, () => {
  const anyChange: fc.Arbitrary<Change> = fc.record({
    name: fc.constantFrom('examine', 'try', 'set aside', 'ask', 'cancel'),
    from: fc.nat(WORLD - 1),
    length: fc.integer({ min: 0, max: 12 }),
    variant: fc.nat(1),
  });

  it('tell of each second what the model tells, once', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 14 }), (changes) => {
        const start: Ledger = { ...fresh, activatedAt: s(ACTIVATED, 0).start };
        const ledger = changes.reduce(onLedger, start);
        for (let second = 0; second < WORLD; second++) {
          const touching = changes.filter(({ from, length }) => from <= second && second < from + length);
          const expected = touching.reduce<Told>((told, change) => onSecond(told, second, change), null);
          expect(toldBy(ledger, second)).toEqual(expected === null ? [] : [expected]);
        }
        expect(ledger.examined).toEqual(normalise(ledger.examined));
        expect(spans(ledger)).toEqual(spans(ledger).toSorted((a, b) => a.start - b.start));
        expect(lengthOf(accountedIn(ledger))).toBe(lengthOf(ledger.examined) + lengthOf(spans(ledger)));
      }),
      { seed: 17, numRuns: 800 },
    );
  });

  it('never change the ledger they were given', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { minLength: 1, maxLength: 8 }), (changes) => {
        const before = changes.slice(1).reduce(onLedger, fresh);
        const copy = structuredClone(before);
        for (const change of changes) onLedger(before, change);
        expect(before).toEqual(copy);
      }),
      { seed: 17, numRuns: 200 },
    );
  });
});
