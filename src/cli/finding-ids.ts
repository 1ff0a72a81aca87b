import { HuntError } from '../core/error.ts';
import type { Fingerprint } from '../core/finding.ts';
import type { Store, StoredFinding } from '../store/port.ts';
import { shortId } from './views/view-finding.ts';

/** Hex digits of a whole fingerprint, and the fewest that may stand for one. */
const WHOLE = 64;
const FEWEST = 4;
/** So many findings of an ambiguous prefix are named. */
const NAMED_MAX = 5;

/** The finding whose fingerprint is or begins with the given digits; rejects with NOT_FOUND or, when several do, USAGE. */
export async function findFinding(id: string, store: Store, signal: AbortSignal): Promise<StoredFinding> {
  const digits = id.toLowerCase();
  if (!/^[0-9a-f]+$/.test(digits) || digits.length < FEWEST || digits.length > WHOLE) {
    const remedy = `Give ${FEWEST} to ${WHOLE} hex digits, as hunt findings shows them`;
    throw new HuntError('USAGE', `"${id}" cannot be the id of a finding`, { remedy });
  }
  const { items, total } = await matching(digits, store, signal);
  const [only] = items;
  if (only === undefined) {
    throw new HuntError('NOT_FOUND', `There is no finding "${id}"`, { remedy: 'hunt findings lists them' });
  }
  if (total === 1) return only;
  const named = items.map(({ finding }) => shortId(finding.state.fingerprint)).join(', ');
  throw new HuntError('USAGE', `"${id}" begins the ids of ${total} findings: ${named}`, { remedy: 'Give more digits' });
}

async function matching(digits: string, store: Store, signal: AbortSignal) {
  if (digits.length < WHOLE) return await store.list({ idPrefix: digits }, NAMED_MAX, signal);
  const items = [...(await store.read([digits as Fingerprint], signal)).values()];
  return { items, total: items.length };
}
