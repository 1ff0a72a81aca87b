import { describe, expect, it } from 'vitest';
import type { Question } from '../../src/engine/port.ts';
import { runHunt } from '../../src/pipeline/run-hunt.ts';
import { CHARACTERS_MAX, parseQuery } from '../../src/query/syntax/parse.ts';
import { answerOf, capsOf, checkedHunt, effectsOf, fakeEngine, requestOf } from './fakes.ts';

const hunt = await checkedHunt({
  '/site/hunts/sources.yml':
    'net: { index: [logs-*], clock: ["@timestamp"], heartbeat: 1h, description: N, enable: E }\n',
  '/site/hunts/a/rare.yml': `name: A hunt
hypothesis: Something is rare.
status: stable
severity: low
sources: { any_of: [net] }
window: 30d
prevalence: { of: [process.name], across: host.name, at_most: 3, min_population: 1 }
finding: { title: "{process.name}" }
`,
});

/** A run that finds programs of these names, of which each has one sample event. */
async function finding(names: readonly string[]) {
  const caps = capsOf({ '@timestamp': 'date', 'process.name': 'keyword', 'host.name': 'keyword' });
  const times = { first_seen: '2026-11-20T01:00:00.000Z', last_seen: '2026-11-20T02:00:00.000Z' };
  const events = { 'hunt.event_start': times.first_seen, 'hunt.event_end': times.last_seen };
  const rows = names.map((name) => ({ 'process.name': name, count: 1, hosts: 1, across: 'ws-1', ...times, ...events }));
  const answer = ({ purpose, esql }: Question) => {
    if (purpose === 'rows') return answerOf(rows);
    if (purpose === 'population') return answerOf([{ population: 40, tile_population: 40 }]);
    if (purpose === 'hidden') return answerOf([{ events: 1, unkeyed_events: 0, unkeyed_hosts: 0, several: 0 }]);
    if (purpose === 'source') return answerOf([{ documents: 5, newest: times.last_seen }]);
    const asked = names.filter((name) => esql.includes(JSON.stringify(name)));
    return answerOf(asked.map((name) => ({ 'process.name': name, evidence: `logs-1/${name.slice(0, 8)}` })));
  };
  const engine = fakeEngine(caps, answer);
  const { record, findings } = await runHunt(hunt, requestOf({ rowsMax: 9_999 }), effectsOf(engine, null));
  return { record, findings, queries: engine.asked.filter(({ purpose }) => purpose === 'evidence') };
}

describe('sample events of what was found', () => {
  it('are asked for in queries that every engine takes, however long names are', async () => {
    // Each is as long as a keyword of an agent may be, and each of its characters is escaped.
    const names = Array.from({ length: 200 }, (_, at) => `${String(at).padStart(8, '0')}${'\\'.repeat(8_000)}`);
    const { record, findings, queries } = await finding(names);
    expect(record).toMatchObject({ verdict: 'findings', findings: 200, warnings: [] });
    expect(queries.length).toBeGreaterThan(1);
    for (const { esql } of queries) {
      expect(esql.length).toBeLessThan(CHARACTERS_MAX);
      expect(parseQuery(esql).ok).toBe(true);
    }
    expect(findings.filter(({ finding: { state } }) => state.evidence.values.length === 0)).toEqual([]);
  });

  it('are left out, and said so, where a name fits into no query; the others have theirs', async () => {
    const { record, findings } = await finding(['x'.repeat(1_000_000), 'tool.exe']);
    expect(record).toMatchObject({ verdict: 'findings', findings: 2, error: null });
    expect(record.warnings).toEqual(['Findings without sample events, as their values fit into no query: 1']);
    const [long, short] = findings.map(({ finding: { state } }) => state);
    expect([long?.evidence.values, long?.latest.drilldown]).toEqual([[], null]);
    expect(short?.evidence.values).toEqual(['logs-1/tool.exe']);
    expect(short?.latest.drilldown).toContain('"tool.exe"');
  });
});
