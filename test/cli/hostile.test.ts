// Whatever stands in an event or a definition, no control character reaches the terminal by any output for people.
import { describe, expect, it } from 'vitest';
import { paint } from '../../src/cli/views/paint.ts';
import { problemLines } from '../../src/cli/problems.ts';
import { resultView, runPage, runTable } from '../../src/cli/views/view-run.ts';
import { coverageText } from '../../src/cli/views/view-coverage.ts';
import { findingPage, findingTable } from '../../src/cli/views/view-finding.ts';
import { huntPage } from '../../src/cli/views/view-hunt.ts';
import { sourcePage, sourceTable } from '../../src/cli/views/view-source.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { RunRecord } from '../../src/core/run.ts';
import { sampleFinding, sampleLatest, sampleRun, sampleState, sightingFor } from '../rig/sample-findings.ts';
import type { Coverage } from '../../src/schedule/coverage.ts';
import { bench } from './fakes.ts';

const EVIL = '\u001b]0;pwned\u0007\u001b[2J\r\u202e\u0000\u009b31m\u2028\u200d';
/** What layout itself may write: line breaks. */
const HARMFUL = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const plain = paint(false);

/** The same value with evil added to every text and every key of a record. */
function evil<T>(value: T): T {
  if (typeof value === 'string') return `${value}${EVIL}` as T;
  if (Array.isArray(value)) return value.map(evil) as T;
  if (value instanceof Map || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, evil(inner)])) as T;
}

function evilFinding(): Finding {
  const state = sampleState('p', 0, { latest: sampleLatest({ values: { 'process.args': ['a', 'b'] } }) });
  const keyed = {
    ...evil(state),
    key: { [`k${EVIL}`]: EVIL },
    sets: { [`s${EVIL}`]: { values: [EVIL], cap: 2, more: true } },
  };
  const latest = { ...evil(state.latest), severity: state.latest.severity };
  const history = [{ at: 0, status: 'open', disposition: null, note: EVIL, because: EVIL }] as const;
  const triage = { status: 'closed', disposition: 'benign', note: EVIL, assignee: EVIL, history } as const;
  return sampleFinding('p', { state: { ...keyed, latest }, triage });
}

function evilRun(): RunRecord {
  const run = sampleRun({
    warnings: ['w'],
    error: { code: 'TIMEOUT', message: 'm', remedy: 'r' },
    hidden: [{ by: 'exception', name: 'n', unit: 'rows', count: 2 }],
  });
  const reasons = [{ verdict: 'blind', code: 'source_silent', text: EVIL }] as const;
  return {
    ...evil(run),
    verdict: run.verdict,
    reasons,
    hidden: run.hidden.map((each) => ({ ...each, name: EVIL })),
    deltas: run.deltas,
    sources: [{ name: EVIL, documents: 1, newest: 0, state: 'sent', lag: null }],
  };
}

describe.each([
  ['a line to a row', null],
  ['a narrow terminal', 60],
])('hostile text on %s', (_how, width) => {
  const finding = evilFinding();
  const run = evilRun();
  const sighting = evil(sightingFor(finding.state));
  const place = { file: EVIL, line: 1, column: 1 };
  const source = {
    name: EVIL,
    patterns: [EVIL],
    state: 'failed',
    documents: 1,
    newest: 0,
    lagMs: 1,
    closed: [EVIL],
    missingPrivileges: [EVIL],
    error: EVIL,
    enable: EVIL,
    cost: EVIL,
  } as const;
  const definition = {
    name: EVIL,
    description: EVIL,
    index: [EVIL],
    where: { text: EVIL, place, margin: 0 },
    clock: [EVIL],
    heartbeatMs: 1,
    enable: EVIL,
    cost: EVIL,
    fields: [EVIL],
    absent: false,
    place,
  } as const;
  const covered: Coverage = {
    tactics: [],
    techniques: [{ id: EVIL, name: EVIL, tactics: [EVIL], state: 'blind', hunts: [EVIL], running: 0 }],
    hunts: [
      {
        id: EVIL,
        name: EVIL,
        techniques: [EVIL],
        state: 'blind',
        why: [EVIL],
        jobs: [{ id: EVIL, condition: 'active', examinedTo: 0, late: 1, gaps: 1 }],
        need: 'any_of',
        sources: [{ name: EVIL, state: 'never' }],
        asks: [EVIL],
      },
    ],
    sources: [{ name: EVIL, state: 'never', hunts: [EVIL], blind: [EVIL], askedBy: [EVIL], enable: EVIL, cost: EVIL }],
  };

  it.each([
    ['a run', () => resultView({ record: run, findings: [{ finding, delta: 'new' }] }, plain, width)],
    ['runs', () => runTable([run], plain, width)],
    ['the page of a run', () => runPage(run, plain, width)],
    ['findings', () => findingTable([finding], plain, width)],
    ['the page of a finding', () => findingPage(finding, { items: [sighting], total: 1 }, plain, width)],
    ['sources', () => sourceTable([source], plain, width)],
    ['the page of a source', () => sourcePage({ source: definition, seen: source, hunts: [EVIL] }, plain)],
    ['coverage', () => coverageText(covered, plain, width)],
    ['problems', () => problemLines([{ rule: EVIL, severity: 'error', place, message: EVIL, hint: EVIL }], plain)],
  ])('is harmless in %s', (_what, view) => {
    const text = view().toString();
    expect(text).toMatch(/\\x1b|\\\s*x1b/);
    expect(text).not.toMatch(HARMFUL);
  });

  it('is harmless in the page of a hunt', async () => {
    const { effects } = await bench();
    const [hunt] = (await effects.stock()).definitions.hunts;
    expect(hunt).toBeDefined();
    const { severity, ...rest } = hunt!;
    const exceptions = [
      { id: EVIL, when: { text: EVIL, place, margin: 0 }, because: EVIL, owner: EVIL, until: EVIL, hunts: null },
    ];
    const text = huntPage(
      { ...evil(rest), severity, body: rest.body, finding: rest.finding, exceptions, runbook: EVIL },
      new Map([[EVIL, definition]]),
      plain,
    ).toString();
    expect(text).toContain('\\x1b');
    expect(text).not.toMatch(HARMFUL);
  });
});
