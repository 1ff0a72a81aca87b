import { HuntError } from '../core/error.ts';
import { fieldOf, isFields, listIn, numberIn, textIn } from '../elastic/answer.ts';
import { clean } from '../elastic/failure.ts';
import { answerError, type Doing, jsonOf, type KibanaAnswer } from './failure.ts';
import { ndjson, type SavedObject } from './saved-object.ts';
import { fileBody, jsonBody, type KibanaSettings, send } from './wire.ts';

/** An object as Kibana keeps it. */
export interface KeptObject {
  readonly type: string;
  readonly id: string;
  readonly description: string | null;
  readonly references: readonly { readonly type: string; readonly id: string }[];
}

type ObjectKey = Pick<SavedObject, 'type' | 'id'>;

/** The few calls that we make; each rejects with a HuntError that says what happened. */
export interface KibanaCalls {
  /** `8.19.21`. */
  version(signal: AbortSignal): Promise<string>;
  /** CONFIGURATION where the space of the settings is not there. */
  requireSpace(signal: AbortSignal): Promise<void>;
  /** Those of the objects that are there. */
  kept(keys: readonly ObjectKey[], signal: AbortSignal): Promise<readonly KeptObject[]>;
  /** Writes objects, over those that have their id. KIBANA_REFUSED names those that were refused, and why. */
  write(objects: readonly SavedObject[], signal: AbortSignal): Promise<void>;
}

const MANAGE = 'the Kibana privilege "Saved Objects Management: All", or "All" of the space';

export function kibanaCalls(settings: KibanaSettings): KibanaCalls {
  return {
    version: (signal) => readVersion(settings, signal),
    requireSpace: (signal) => requireSpace(settings, signal),
    kept: (keys, signal) => readKept(settings, keys, signal),
    write: (objects, signal) => write(settings, objects, signal),
  };
}

async function readVersion(settings: KibanaSettings, signal: AbortSignal): Promise<string> {
  const doing = { what: 'read the version of Kibana', privilege: 'to read the status of Kibana' };
  const answer = await send(settings, { doing, method: 'GET', path: '/api/status', inSpace: false }, signal);
  const number = textIn(fieldOf(jsonOf(answer.text), 'version'), 'number');
  // A Kibana that is not well tells its version too.
  if (number !== undefined && (answer.status < 300 || answer.status === 503)) return clean(number);
  throw answerError(answer, doing);
}

/** Kibana would take objects for a space that is not there, and nobody would ever see them. */
async function requireSpace(settings: KibanaSettings, signal: AbortSignal): Promise<void> {
  const { space } = settings;
  if (space === null) return;
  const doing = { what: `find the space "${space}" of Kibana`, privilege: `to see the space "${space}"` };
  const path = `/api/spaces/space/${encodeURIComponent(space)}`;
  const answer = await send(settings, { doing, method: 'GET', path, inSpace: false }, signal);
  const body = jsonOf(answer.text);
  if (answer.status === 404 && numberIn(body, 'statusCode') === 404)
    throw new HuntError('CONFIGURATION', `Kibana has no space "${space}"`, {
      remedy:
        'Make it in Kibana (Stack Management, Spaces), or correct kibana.space; its id stands in addresses after /s/',
    });
  if (answer.status >= 300 || textIn(body, 'id') !== space) throw answerError(answer, doing);
}

/** An export of objects that are not there names them; then those that are there are exported. */
async function readKept(
  settings: KibanaSettings,
  keys: readonly ObjectKey[],
  signal: AbortSignal,
): Promise<readonly KeptObject[]> {
  if (keys.length === 0) return [];
  const doing = { what: 'read what Kibana has of Tracehound already', privilege: MANAGE };
  const objects = keys.map(({ type, id }) => ({ type, id }));
  const body = jsonBody({ objects, includeReferencesDeep: false, excludeExportDetails: true });
  const request = { doing, method: 'POST', path: '/api/saved_objects/_export', inSpace: true, body } as const;
  const answer = await send(settings, request, signal);
  if (answer.status < 300) return keptIn(answer, doing);
  const missing = missingOf(answer, doing);
  const left = keys.filter((key) => !missing.has(nameOf(key)));
  if (missing.size === 0 || left.length === keys.length) throw answerError(answer, doing);
  return readKept(settings, left, signal);
}

/** Names of the objects that an answer says are not there; other faults of objects are told. */
function missingOf(answer: KibanaAnswer, { what }: Doing): ReadonlySet<string> {
  const faults = listIn(fieldOf(jsonOf(answer.text), 'attributes'), 'objects');
  const forbidden = faults.find((fault) => numberIn(fieldOf(fault, 'error'), 'statusCode') === 403);
  if (forbidden !== undefined) {
    const message = clean(textIn(fieldOf(forbidden, 'error'), 'message') ?? '');
    throw new HuntError('PRIVILEGE', `Cannot ${what}: ${message}`, { remedy: `Grant the user ${MANAGE}` });
  }
  const missing = faults.filter((fault) => numberIn(fieldOf(fault, 'error'), 'statusCode') === 404);
  return new Set(missing.map((fault) => nameOf({ type: textIn(fault, 'type') ?? '', id: textIn(fault, 'id') ?? '' })));
}

function keptIn(answer: KibanaAnswer, doing: Doing): KeptObject[] {
  const lines = answer.text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line): KeptObject => {
    const object = jsonOf(line);
    const [type, id] = [textIn(object, 'type'), textIn(object, 'id')];
    if (type === undefined || id === undefined) throw answerError(answer, doing);
    const references = listIn(object, 'references').map((reference) => {
      return { type: textIn(reference, 'type') ?? '', id: textIn(reference, 'id') ?? '' };
    });
    const description = textIn(fieldOf(object, 'attributes'), 'description') ?? null;
    return { type, id, description, references };
  });
}

async function write(settings: KibanaSettings, objects: readonly SavedObject[], signal: AbortSignal): Promise<void> {
  const doing = { what: 'write objects of Kibana', privilege: MANAGE };
  const path = '/api/saved_objects/_import?overwrite=true';
  const body = fileBody('tracehound.ndjson', ndjson(objects));
  const answer = await send(settings, { doing, method: 'POST', path, inSpace: true, body }, signal);
  const result = jsonOf(answer.text);
  if (answer.status >= 300 || !isFields(result) || typeof result['success'] !== 'boolean')
    throw answerError(answer, doing);
  const faults = listIn(result, 'errors');
  const count = numberIn(result, 'successCount') ?? 0;
  if (result['success'] && faults.length === 0 && count === objects.length) return;
  const state = `${count} of ${objects.length} were taken`;
  throw new HuntError('KIBANA_REFUSED', `Cannot ${doing.what}: ${[state, ...faultTexts(faults)].join('; ')}`, {
    remedy: 'Mend what it names, and run it again: nothing is made twice',
  });
}

/** Most faults that are told. */
const FAULTS_MAX = 5;

function faultTexts(faults: readonly unknown[]): string[] {
  const texts = faults.slice(0, FAULTS_MAX).map((fault) => {
    const name = clean(nameOf({ type: textIn(fault, 'type') ?? '', id: textIn(fault, 'id') ?? '' }));
    return `${name}: ${clean(faultText(fieldOf(fault, 'error')))}`;
  });
  return faults.length > FAULTS_MAX ? [...texts, `and ${faults.length - FAULTS_MAX} more`] : texts;
}

function faultText(error: unknown): string {
  const kind = textIn(error, 'type') ?? 'unknown';
  if (kind === 'missing_references') {
    const missing = listIn(error, 'references').map((reference) =>
      nameOf({ type: textIn(reference, 'type') ?? '', id: textIn(reference, 'id') ?? '' }),
    );
    return `refers to ${missing.join(', ')}, which is not there`;
  }
  if (kind === 'conflict' || kind === 'ambiguous_conflict')
    return 'another object stands in its way: several have its id as their origin, or it was changed at the same moment';
  if (kind === 'unsupported_type') return 'this Kibana has no objects of the kind, or the user may not write them';
  return textIn(error, 'message') ?? kind;
}

/** As messages name an object. */
export function nameOf({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type} "${id}"`;
}
