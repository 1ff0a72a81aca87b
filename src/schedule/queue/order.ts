import { URGENCIES, type WorkItem } from './port.ts';

/** Items without repetition of an id, the most urgent first, within one urgency as they came. */
export function mostUrgentFirst(items: readonly WorkItem[]): readonly WorkItem[] {
  const unique = [...new Map(items.map((item) => [item.id, item] as const)).values()];
  return unique.toSorted((a, b) => URGENCIES.indexOf(a.urgency) - URGENCIES.indexOf(b.urgency));
}
