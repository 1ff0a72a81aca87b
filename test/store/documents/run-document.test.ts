import { expect, it } from 'vitest';
import { runDocument } from '../../../src/store/documents/run-document.ts';
import { sampleRun } from '../../rig/sample-findings.ts';

const [source] = sampleRun().sources;
const lagOf = (p99Ms: number) => ({ p50Ms: 1, p99Ms, maxMs: 9e9 });

it('tells the worst lag of its sources, and how long after its end the tile was done', () => {
  if (source === undefined) throw new Error('the sample run has no source');
  const sources = [
    { ...source, lag: lagOf(40.4) },
    { ...source, lag: null },
    { ...source, lag: lagOf(-7) },
  ];
  expect(runDocument(sampleRun({ sources }))).toMatchObject({ hunt: { lag_ms: 40, delay_ms: 3_601_234 } });
});

it('tells no lag where none was measured', () => {
  const { hunt } = runDocument(sampleRun({ sources: [] }));
  expect(hunt).not.toHaveProperty('lag_ms');
});
