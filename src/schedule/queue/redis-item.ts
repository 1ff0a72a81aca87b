import { URGENCIES, type Urgency, type WorkItem } from './port.ts';

/** Longer than any id of ours: two ids of 120 characters, two times and an attempt. */
const TEXT_LENGTH_MAX = 500;

/**
 * The work item that a job of the queue holds, with its own properties only; null where it is none. Redis may hold
 * anything: what an older or newer version wrote, or somebody else.
 */
export function decodeItem(id: unknown, data: unknown): WorkItem | null {
  if (typeof data !== 'object' || data === null) return null;
  const own = (value: object, key: string): unknown =>
    Object.hasOwn(value, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
  const tile = own(data, 'tile');
  if (typeof tile !== 'object' || tile === null) return null;
  const [jobId, huntId, attempt, urgency] = ['jobId', 'huntId', 'attempt', 'urgency'].map((key) => own(data, key));
  const [start, end, dueAt] = [own(tile, 'start'), own(tile, 'end'), own(data, 'dueAt')];
  if (!isText(id) || own(data, 'id') !== id || !isText(jobId) || !isText(huntId)) return null;
  if (!isInstant(start) || !isInstant(end) || !isInstant(dueAt) || start >= end) return null;
  if (!isInstant(attempt) || attempt < 1 || !isUrgency(urgency)) return null;
  return { id, jobId, huntId, tile: { start, end }, attempt, urgency, dueAt };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= TEXT_LENGTH_MAX;
}

function isInstant(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isUrgency(value: unknown): value is Urgency {
  return (URGENCIES as readonly unknown[]).includes(value);
}
