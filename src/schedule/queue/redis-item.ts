import { URGENCIES, type Urgency, type WorkItem } from './port.ts';

/** Longer than any id of ours: two ids of 120 characters, two times and an attempt. */
const TEXT_LENGTH_MAX = 500;

/** A work item, or the name of the field (`tile.start`; `` is the whole) that is missing or of another kind. */
export type Decoded = { readonly item: WorkItem } | { readonly misfit: string };

/**
 * The work item that a job of the queue holds, with its own properties only. Redis may hold anything: what an older or newer
 * version wrote, or somebody else. Fields that nobody here knows are left out; one that is missing is named.
 */
export function decodeItem(id: unknown, data: unknown): Decoded {
  if (!isRecord(data)) return { misfit: '' };
  const tile = own(data, 'tile');
  const [start, end] = isRecord(tile) ? [own(tile, 'start'), own(tile, 'end')] : [];
  const [jobId, huntId, attempt, urgency, dueAt] = ['jobId', 'huntId', 'attempt', 'urgency', 'dueAt'].map((name) =>
    own(data, name),
  );
  if (!isText(id) || own(data, 'id') !== id) return { misfit: 'id' };
  if (!isText(jobId)) return { misfit: 'jobId' };
  if (!isText(huntId)) return { misfit: 'huntId' };
  if (!isInstant(start)) return { misfit: 'tile.start' };
  if (!isInstant(end) || start >= end) return { misfit: 'tile.end' };
  if (!isInstant(attempt) || attempt < 1) return { misfit: 'attempt' };
  if (!isUrgency(urgency)) return { misfit: 'urgency' };
  if (!isInstant(dueAt)) return { misfit: 'dueAt' };
  return { item: { id, jobId, huntId, tile: { start, end }, attempt, urgency, dueAt } };
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function own(value: Fields, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
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
