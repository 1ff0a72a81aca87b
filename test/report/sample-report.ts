import type { Finding } from '../../src/core/finding.ts';
import { DAY_MS, HOUR_MS } from '../../src/core/time.ts';
import type { ReportData } from '../../src/report/data.ts';
import { DAY_ONE, HUNT, sampleFinding, sampleRun } from '../rig/sample-findings.ts';

/** Two days after the first tile of the samples. */
const MADE_AT = DAY_ONE + 2 * DAY_MS + HOUR_MS;

export function sampleReport(change: Partial<ReportData> = {}): ReportData {
  const findings: readonly Finding[] = change.findings ?? [sampleFinding()];
  const runs = change.runs ?? [sampleRun()];
  return {
    madeAt: MADE_AT,
    version: '0.1.0',
    asked: [],
    findings,
    total: findings.length,
    runs,
    runsTotal: runs.length,
    period: { start: MADE_AT - 30 * DAY_MS, end: MADE_AT },
    gaps: [],
    ledgers: 1,
    guides: new Map([[HUNT, { runbook: '1. Who signed it?', falsePositives: ['A new tool.'] }]]),
    ...change,
  };
}
