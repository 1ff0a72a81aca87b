import { readFileSync } from 'node:fs';
import { isHuntError, messageOf } from '../../../src/core/error.ts';
import type { IngestCount } from '../../../src/embedded/segments/ingest.ts';
import { embeddedEngine } from '../../../src/engine/embedded.ts';
import { askEmbedded } from '../ask-embedded.ts';
import { storeRig, type StoreRig } from '../event-store.ts';
import type { Draw } from './draw.ts';
import { drawDocuments, FORMS, linesIn, packed, PACKINGS, type Form, type Packing } from './line-seeds.ts';
import { joinLines, mutateLine } from './mutate-lines.ts';
import type { Subject, Verdict } from './query-subject.ts';

/** A file of events, as bytes before packing; of what was packed only the first `kept` of 1,000 parts are there. */
export interface EventFile {
  readonly form: Form;
  readonly bytes: Uint8Array;
  readonly packing: Packing;
  readonly kept: number;
}

/** A file of some documents, of which about a fifth of the lines are not what they were. */
export function drawFile(seeds: readonly (readonly string[])[], draw: Draw): EventFile {
  const form = draw.pick(FORMS);
  const lines = linesIn(form, drawDocuments(seeds, draw)).map((line) => Buffer.from(line));
  const share = lines.length === 1 ? 1 : draw.pick([0.05, 0.2, 0.6]);
  const mutated = lines.map((line) => (draw.chance(share) ? mutateLine(line, draw) : line));
  const bytes = joinLines(mutated, draw);
  return { form, bytes, packing: draw.pick(PACKINGS), kept: draw.chance(0.2) ? draw.below(1_000) : 1_000 };
}

interface Rejected {
  readonly line: number;
  readonly reason: string;
  readonly text: string;
}

/** Reads one file into a store of its own, twice, and asks the store. */
export function lineSubject(): Promise<Subject<EventFile>> {
  return Promise.resolve({
    attempt: async (file) => {
      using rig = storeRig();
      try {
        return await judge(rig, file);
      } catch (error) {
        const what = isHuntError(error) ? error.code : messageOf(error).replaceAll(/[\d/"'].*/g, '…');
        return { outcome: 'thrown', fault: `ingest ended: ${what.slice(0, 200)}` };
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}

async function judge(rig: StoreRig, { form, bytes, packing, kept }: EventFile): Promise<Verdict> {
  const whole = packed(Buffer.from(bytes), packing);
  rig.file('events.ndjson', whole.subarray(0, Math.ceil((whole.length * kept) / 1_000)));
  const plain = form === 'ndjson' && packing === 'plain';
  const options = form === 'ndjson' ? ({ format: 'ndjson' } as const) : {};
  const first = await rig.ingest(['events.ndjson'], options);
  const again = await rig.ingest(['events.ndjson'], options);
  const stored = await counted(rig);
  const read = plain && kept === 1_000 ? nonBlankLines(Buffer.from(bytes)) : null;
  const fault = faultOfCounts(first, again, read) ?? faultOfRejects(first) ?? faultOfStore(first, stored);
  const took = first.taken === 0 ? 'nothing taken' : first.refused === 0 ? 'all taken' : 'some taken';
  return { outcome: `${form} ${took}`, fault };
}

/** What does not add up: taken and refused are all lines, and a second reading finds nothing new. */
function faultOfCounts(first: IngestCount, again: IngestCount, lines: readonly string[] | null): string | null {
  const documents = first.inputs.reduce((sum, input) => sum + input.documents, 0);
  if (first.taken + first.seen !== documents) return 'taken and seen are not the documents';
  if (lines !== null && documents + first.refused !== lines.length) return 'taken and refused are not the lines';
  if (lines !== null && documents !== lines.filter(isDocument).length)
    return 'a line is taken that is no document, or refused though it is one';
  if (again.taken !== 0 || again.seen !== documents) return 'a second reading finds something new';
  return again.refused === first.refused ? null : 'a second reading refuses other lines';
}

/** Each refused line stands with its number and a reason in the file of rejects. */
function faultOfRejects({ refused, inputs }: IngestCount): string | null {
  const paths = inputs.flatMap(({ rejects }) => rejects ?? []);
  const told = paths
    .flatMap((path) => readFileSync(path, 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as Rejected);
  if (told.length !== refused) return 'the file of rejects has other lines than were refused';
  const poor = told.find(({ line, reason }) => !(line >= 1) || reason.length < 5 || /undefined|\[object/.test(reason));
  return poor === undefined ? null : `a poor reason: ${poor.reason.slice(0, 100)}`;
}

function faultOfStore({ taken }: IngestCount, stored: number): string | null {
  return stored === taken ? null : 'the store does not hold what was taken';
}

/** Documents that the store gives when it is asked for all with all of their fields. */
async function counted(rig: StoreRig): Promise<number> {
  const snapshot = rig.store.snapshot();
  if (snapshot.segments.length === 0) return 0;
  await using engine = embeddedEngine({ snapshot: () => snapshot, folder: rig.home });
  const { rows } = await askEmbedded(engine, 'FROM * METADATA _id, _index, _source | LIMIT 10000');
  const [sum] = (await askEmbedded(engine, 'FROM * | STATS n = COUNT(*)')).rows;
  if (Number(sum?.get('n')) !== rows.length) throw new Error('COUNT and the rows differ');
  for (const row of rows) JSON.parse(String(row.get('_source')));
  return rows.length;
}

/** By the rules of a file of lines, found in another way than ingest does. */
function nonBlankLines(bytes: Buffer): readonly string[] {
  const text = bytes.subarray(bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0).toString('latin1');
  return text
    .split('\n')
    .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
    .filter((line) => /[^ \t]/.test(line));
}

const LEVELS_MAX = 64;
const KEY_MAX = 8_192;

/** Whether a line is valid UTF-8 and a JSON object within the bounds that ingest states. */
function isDocument(line: string): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(line, 'latin1'));
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) && isWithin(value, 1);
  } catch {
    return false;
  }
}

function isWithin(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth > LEVELS_MAX) return false;
  return Object.entries(value).every(
    ([key, below]) => (Array.isArray(value) || Buffer.byteLength(key) <= KEY_MAX) && isWithin(below, depth + 1),
  );
}
