import { HuntError } from '../core/error.ts';
import { type KeptObject, type KibanaCalls, nameOf } from './calls.ts';
import { type KibanaObjects, TAG_MARK } from './objects.ts';
import type { SavedObject } from './saved-object.ts';

/** What became of an object, or would become of it. */
export interface KibanaStep {
  readonly what: string;
  readonly status: 'created' | 'updated' | 'would create' | 'would update' | 'present';
}

/** The first Kibana that takes the forms we write and that we know; later ones take older forms. */
const OLDEST: readonly [major: number, minor: number] = [8, 19];

/**
 * Makes what is missing of our objects, and brings all to this version where they are of another. Where everything is there
 * nothing is written, so what people changed on a dashboard stays until a new version. KIBANA_REFUSED, before anything is
 * written, where an id of ours belongs to an object that is not ours: one that does not carry our tag.
 */
export async function setUpKibana(
  kibana: KibanaCalls,
  { tag, others }: KibanaObjects,
  { dryRun }: { readonly dryRun: boolean },
  signal: AbortSignal,
): Promise<readonly KibanaStep[]> {
  requireKnown(await kibana.version(signal));
  await kibana.requireSpace(signal);
  const found = await kibana.kept([tag, ...others], signal);
  const kept = new Map(found.map((object) => [nameOf(object), object]));
  requireOurs([tag, ...others], kept, tag.id);
  const isCurrent = kept.get(nameOf(tag))?.description === tag.attributes['description'];
  const steps = [tag, ...others].map((object) => stepFor(object, kept.has(nameOf(object)), { isCurrent, dryRun }));
  if (dryRun || steps.every(({ status }) => status === 'present')) return steps;
  await kibana.write(others, signal);
  // Last, since it says that the others are of this content.
  await kibana.write([tag], signal);
  return steps;
}

function stepFor(
  object: SavedObject,
  isKept: boolean,
  { isCurrent, dryRun }: { readonly isCurrent: boolean; readonly dryRun: boolean },
): KibanaStep {
  const what = `Kibana ${nameOf(object)}`;
  if (isKept && isCurrent) return { what, status: 'present' };
  if (dryRun) return { what, status: isKept ? 'would update' : 'would create' };
  return { what, status: isKept ? 'updated' : 'created' };
}

function requireOurs(objects: readonly SavedObject[], kept: ReadonlyMap<string, KeptObject>, tagId: string): void {
  const foreign = objects.filter((object) => {
    const found = kept.get(nameOf(object));
    return found !== undefined && !isOurs(found, tagId);
  });
  if (foreign.length === 0) return;
  throw new HuntError('KIBANA_REFUSED', `Not ours, and left as it is: ${foreign.map(nameOf).join(', ')}`, {
    remedy: 'Put the tag of Tracehound on it, or save it under another name and delete it; then run it again',
  });
}

function isOurs({ type, description, references }: KeptObject, tagId: string): boolean {
  if (type === 'tag') return description?.startsWith(TAG_MARK) ?? false;
  return references.some((reference) => reference.type === 'tag' && reference.id === tagId);
}

function requireKnown(version: string): void {
  const [, major = '', minor = ''] = /^(\d+)\.(\d+)\./.exec(version) ?? [];
  const isKnown = Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
  if (isKnown) return;
  throw new HuntError('NOT_KIBANA', `Kibana ${version} is not known: ${OLDEST.join('.')} or 9.x is needed`, {
    remedy: 'Upgrade Kibana, or import the file of "hunt setup --export" by hand and see what it takes',
  });
}
