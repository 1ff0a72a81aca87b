import { HOUR_MS, type Instant } from '../core/time.ts';

/** All indices that `hunt test --engine elasticsearch` ever makes. */
export const TEST_INDICES = 'hunt-test-*';
/** No test takes so long: what is older was left by one that was killed. */
const LEFT_AFTER_MS = HOUR_MS;

/** What the indices of one test begin with: `hunt-test-20261121t081500z-<mark>-`. */
export function testIndexPrefix(now: Instant, mark: string): string {
  const time = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').toLowerCase();
  return `hunt-test-${time}z-${mark}-`;
}

/** Those of the indices that a test left behind, by the time in their names. */
export function leftBehind(indices: readonly string[], now: Instant): readonly string[] {
  return indices.filter((index) => now - madeAt(index) > LEFT_AFTER_MS);
}

/** NaN for an index whose name has no time: it is somebody else's. */
function madeAt(index: string): Instant {
  const [, year, month, day, hour, minute, second] =
    /^hunt-test-(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)z-/.exec(index) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
