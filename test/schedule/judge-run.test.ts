import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/core/run.ts';
import type { Reason } from '../../src/core/verdict.ts';
import { judgeRun, mayPass } from '../../src/schedule/judge-run.ts';
import { sampleRun } from '../rig/sample-findings.ts';

function record(verdict: RunRecord['verdict'], ...reasons: readonly Reason[]): RunRecord {
  return { ...sampleRun(), verdict, reasons };
}

const reason = (verdict: Reason['verdict'], code: string): Reason => ({ verdict, code, text: `because of ${code}` });

describe('what a run means for its tile', () => {
  it.each(['clean', 'findings'] as const)('is examined when it was %s', (verdict) => {
    expect(judgeRun(record(verdict))).toEqual({ examined: true });
  });

  it.each(['truncated', 'population', 'population_fell', 'history', 'several_values', 'source_silent'])(
    'is examined when it was degraded by %s alone',
    (code) => {
      expect(judgeRun(record('degraded', reason('degraded', code)))).toEqual({ examined: true });
    },
  );

  it.each(['partial', 'shard_missing', 'closed_index'])('is a gap when %s says that events were not read', (code) => {
    const judged = judgeRun(record('degraded', reason('degraded', 'truncated'), reason('degraded', code)));
    expect(judged).toEqual({ examined: false, reason: 'salvaged', text: `because of ${code}` });
  });

  it('is a gap when it was blind or failed, whatever else it was', () => {
    const [partial, silent, lost] = [
      reason('degraded', 'partial'),
      reason('blind', 'source_silent'),
      reason('failed', 'connection_lost'),
    ];
    expect(judgeRun(record('blind', partial, silent))).toEqual({
      examined: false,
      reason: 'blind',
      text: 'because of source_silent',
    });
    expect(judgeRun(record('failed', partial, silent, lost))).toMatchObject({ reason: 'failed', text: lost.text });
  });
});

describe('whether a failure may pass', () => {
  const failed = (code: string) => ({ ...record('failed'), error: { code, message: 'Broke off', remedy: null } });

  it.each(['CONNECTION_LOST', 'OVERLOADED', 'CIRCUIT_BREAKER', 'UNREACHABLE'])('says so of %s', (code) => {
    expect(mayPass(failed(code))).toBe(true);
  });

  it.each(['UNKNOWN_COLUMN', 'PRIVILEGE', 'TIMEOUT', 'CANCELLED', 'toString'])('does not of %s', (code) => {
    expect(mayPass(failed(code))).toBe(false);
  });

  it('does not of a run that did not fail', () => {
    expect(mayPass(record('clean'))).toBe(false);
  });
});
