import { newNotice, type Notice } from '../../src/core/notice.ts';
import { DAY_MS } from '../../src/core/time.ts';
import { DAY_ONE, HUNT, sampleState } from './sample-findings.ts';

/** News of one process, found in the tile of day one, for a channel. */
export function sampleNotice(process = 'updater32.exe', change: Partial<Notice> = {}): Notice {
  const news = {
    fingerprint: sampleState(process).fingerprint,
    delta: 'new',
    tile: { start: DAY_ONE, end: DAY_ONE + DAY_MS },
    severity: 'medium',
    huntId: HUNT,
    jobId: 'nightly',
    runId: 'run-1',
  } as const;
  return { ...newNotice(news, 'webhook:soc', DAY_ONE + 2 * DAY_MS), ...change };
}
