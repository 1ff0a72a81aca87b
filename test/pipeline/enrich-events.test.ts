import { describe, expect, it } from 'vitest';
import { HuntError } from '../../src/core/error.ts';
import { findingDocument, findingOf } from '../../src/store/documents/finding-document.ts';
import type { Answer, Question } from '../../src/engine/port.ts';
import { parseQuery } from '../../src/query/syntax/parse.ts';
import { runHunt } from '../../src/pipeline/run-hunt.ts';
import { answerOf, capsOf, type Cells, checkedHunt, effectsOf, fakeEngine, requestOf } from './fakes.ts';

const SOURCES = `net:
  { index: [logs-net], where: 'event.code == "3"', clock: ["@timestamp"], heartbeat: sporadic, description: N, enable: E }
dns:
  { index: [logs-dns], where: 'event.code == "22"', clock: ["@timestamp"], heartbeat: sporadic, description: D, enable: E }
`;
const hunt = (unless = true) => ({
  '/site/hunts/sources.yml': SOURCES,
  '/site/hunts/a/asked.yml': `name: A hunt
hypothesis: An address that no name was asked for.
status: stable
severity: low
sources: { any_of: [net] }
window: 1d
params: { names: [a.example, b.example] }
esql: "FROM logs-net | STATS count = COUNT(*) BY user.name, destination.ip"
enrich:
  events:
    - name: answers
      esql: |
        FROM logs-dns | WHERE user.name == ?user_name AND dns.question.name IN (?names) | KEEP dns.question.name
      within: 1h
      at_most: 2
${unless ? '      unless: dns.question.name == "a.example"\n' : ''}finding: { title: "{user.name}", key: [user.name, destination.ip] }
`,
});
const CAPS = capsOf({
  '@timestamp': 'date',
  'event.code': 'keyword',
  'user.name': 'keyword',
  'destination.ip': 'ip',
  'dns.question.name': 'keyword',
});
const checked = await checkedHunt(hunt());

type Answering = (question: Question) => Answer;
const rowsOf = (users: readonly (string | readonly string[] | null)[]): Cells[] =>
  users.map((user, at) => ({ 'user.name': user, 'destination.ip': `203.0.113.${at}`, count: 1 }));

async function run(rows: readonly Cells[], answering: Answering, of = checked, caps = CAPS) {
  const engine = fakeEngine(caps, (question) => {
    if (question.purpose === 'rows') return answerOf(rows);
    if (question.purpose === 'source') return answerOf([{ documents: 9, newest: '2026-11-20T23:00:00.000Z' }]);
    if (question.esql.includes('documents = COUNT(*)')) return answerOf([{ documents: 1 }]);
    return answering(question);
  });
  const result = await runHunt(of, requestOf(), effectsOf(engine, null));
  const asked = engine.asked.filter(({ purpose }) => purpose === 'enrichment answers').slice(1);
  return { ...result, asked, reasons: result.record.reasons.map(({ code }) => code) };
}
const names = (...found: readonly string[]) => answerOf(found.map((name) => ({ 'dns.question.name': name })));
const statesOf = ({ findings }: Awaited<ReturnType<typeof run>>) =>
  findings.map(({ finding: { state } }) => [state.key['user.name'], state.latest.enrichment?.[0]?.state]);

describe('other events about a row', () => {
  it('are asked for by its values, around its time, and stand with the finding', async () => {
    const ran = await run(rowsOf(['a"da']), () => names('b.example'));
    expect(ran.asked).toHaveLength(1);
    expect(ran.asked[0]?.esql).toContain('user.name == "a\\"da"');
    expect(ran.asked[0]?.esql).toContain('IN ("a.example", "b.example")');
    expect(ran.asked[0]?.esql).toContain('| LIMIT 3');
    expect(ran.asked[0]?.filter.time).toEqual({
      clocks: [['@timestamp']],
      span: { start: Date.parse('2026-11-19T23:00:00Z'), end: Date.parse('2026-11-21T01:00:00Z') },
    });
    const [found] = ran.findings;
    const answer = { name: 'answers', state: 'asked', rows: [{ 'dns.question.name': 'b.example' }], more: false };
    expect(found?.finding.state.latest.enrichment).toEqual([answer]);
    const stored = JSON.parse(JSON.stringify(findingDocument(found!.finding))) as { hunt: { enrichment: unknown } };
    expect(stored.hunt.enrichment).toEqual([{ ...answer, rows: ['{"dns.question.name":"b.example"}'] }]);
    expect(findingOf(stored, 'it')).toEqual(found?.finding);
  });

  it('are asked for in a query that every engine takes where the row has no value', async () => {
    const listed = hunt()['/site/hunts/a/asked.yml'].replace('user.name == ?user_name', 'user.name IN (?user_name)');
    for (const of of [checked, await checkedHunt({ ...hunt(), '/site/hunts/a/asked.yml': listed })]) {
      const [asked] = (await run(rowsOf([null]), () => names(), of)).asked;
      expect(asked?.esql).toContain('TO_BOOLEAN(null) AND dns.question.name IN (');
      expect(parseQuery(asked?.esql ?? '').ok).toBe(true);
    }
  });

  it('drop the row that they explain, which is counted', async () => {
    const ran = await run(rowsOf(['ada', 'eve']), ({ esql }) =>
      esql.includes('"eve"') ? names('b', 'a.example') : names(),
    );
    expect(statesOf(ran)).toEqual([['ada', 'asked']]);
    expect(ran.record.hidden).toEqual([{ by: 'enrichment', name: 'answers', unit: 'rows', count: 1 }]);
    expect(ran.reasons).toEqual([]);
  });

  it.each<[what: string, user: string | readonly string[] | null, answer: Answering, state: string, reasons: string[]]>(
    [
      ['an answer that is unknown', 'ada', () => answerOf([{ 'dns.question.name': null }]), 'asked', []],
      ['several values to ask for', ['ada', 'eve'], () => names('a.example'), 'unsure', []],
      ['no value to ask for', null, () => names('a.example'), 'unsure', []],
      ['a value that no query can hold', 'x'.repeat(1_000_000), () => names('a.example'), 'unsure', []],
      [
        'a part of an answer',
        'ada',
        () => ({ ...names('a.example'), partial: ['1 of 2 shards failed'] }),
        'failed',
        ['enrichment_failed'],
      ],
    ],
  )('never drop it for %s', async (_what, user, answer, state, reasons) => {
    const ran = await run(rowsOf([user]), answer);
    expect(statesOf(ran)).toEqual([[user, state]]);
    expect(ran.reasons).toEqual(reasons);
    expect(ran.record.hidden).toEqual([]);
  });

  it('are not asked for again after a failure, and the rows stay', async () => {
    const ran = await run(rowsOf(['a', 'b', 'c']), () => {
      throw new HuntError('TIMEOUT', 'It took too long');
    });
    expect(ran.asked).toHaveLength(1);
    expect(statesOf(ran).map(([, state]) => state)).toEqual(['failed', 'failed', 'failed']);
    expect([ran.record.verdict, ran.reasons]).toEqual(['degraded', ['enrichment_failed']]);
  });

  it('are asked for at most 50 rows, the same whatever their order; the rest is kept and flagged', async () => {
    const rows = rowsOf(Array.from({ length: 60 }, (_, at) => `user-${at}`));
    const first = await run(rows, () => names('a.example'));
    const second = await run(rows.toReversed(), () => names('a.example'));
    expect([first.asked.length, first.findings.length, first.record.hidden[0]?.count]).toEqual([50, 10, 50]);
    expect(statesOf(first)).toEqual(statesOf(second).toReversed());
    expect(new Set(statesOf(first).map(([, state]) => state))).toEqual(new Set(['beyond']));
    expect([first.record.verdict, first.reasons]).toEqual(['degraded', ['enrichment_beyond']]);
    expect(first.record.queries.filter(({ purpose }) => purpose === 'enrichment answers')).toHaveLength(1);
    const evidenceOnly = await run(rows, () => names('a.example'), await checkedHunt(hunt(false)));
    expect([evidenceOnly.findings.length, evidenceOnly.record.verdict]).toEqual([60, 'findings']);
  });

  it('say nothing where their source holds nothing', async () => {
    const ran = await run(rowsOf(['ada']), () => names('a.example'), checked, { ...CAPS, unmatched: ['logs-dns'] });
    expect(statesOf(ran)).toEqual([['ada', 'no_data']]);
    expect(ran.reasons).toEqual(['enrichment_silent']);
    expect(ran.asked).toEqual([]);
  });

  it('are cut where they are many or long, and say so', async () => {
    const many = await run(rowsOf(['ada']), () => ({ ...names('b', 'c'), truncated: true }));
    const long = await run(rowsOf(['ada']), () => names('b'.repeat(1_000_000)));
    const [a, b] = [many, long].map(({ findings }) => findings[0]?.finding.state.latest.enrichment?.[0]);
    expect(a).toMatchObject({ more: true, rows: [{}, {}] });
    expect(b?.more).toBe(true);
    expect(JSON.stringify(b).length).toBeLessThan(2_000);
  });
});
