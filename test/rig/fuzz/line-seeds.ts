// Files of events in every form that ingest takes, of a small simulated office.
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { SHAPE_NAMES, type ShapeName } from '../../../src/simulate/shapes/shape.ts';
import { simulate } from '../../../src/simulate/simulate.ts';
import { adversarialLines } from '../adversarial.ts';
import type { Draw } from './draw.ts';

/** How a file is laid out; each is what ingest must recognise by itself. */
export const FORMS = ['ndjson', 'bulk', 'hits', 'search', 'pretty-search', 'array'] as const;
export type Form = (typeof FORMS)[number];
export const PACKINGS = ['plain', 'plain', 'plain', 'gzip', 'zstd'] as const;
export type Packing = (typeof PACKINGS)[number];

const PER_SHAPE = 300;

function documentsOf(shape: ShapeName): readonly string[] {
  const request = {
    seed: 'fuzz',
    hosts: 12,
    days: 1,
    density: 0.05,
    shape,
    attacks: [],
    end: Date.parse('2026-11-14'),
  };
  const documents: string[] = [];
  for (const batch of simulate(request).batches()) {
    documents.push(...batch);
    if (documents.length >= PER_SHAPE) break;
  }
  return documents.slice(0, PER_SHAPE);
}

/** Documents of each shape of the simulation, and those that are hard on purpose; a line of JSON each. */
export function lineSeeds(): readonly (readonly string[])[] {
  return [...SHAPE_NAMES.map(documentsOf), adversarialLines()];
}

/** Some documents in a row of one kind. */
export function drawDocuments(seeds: readonly (readonly string[])[], draw: Draw): readonly string[] {
  const from = draw.pick(seeds);
  const at = draw.below(from.length);
  return from.slice(at, at + 1 + draw.below(60));
}

/** The lines of a file in one form; of a search export that is pretty, one line of JSON is several. */
export function linesIn(form: Form, documents: readonly string[]): readonly string[] {
  if (form === 'ndjson') return documents;
  if (form === 'bulk')
    return documents.flatMap((line, at) => [JSON.stringify({ create: { _index: 'fuzz', _id: `${at}` } }), line]);
  const hits = documents.map((line, at) => `{"_index":"fuzz","_id":"${at}","_source":${line}}`);
  if (form === 'hits') return hits;
  if (form === 'array') return [`[${hits.join(',')}]`];
  const answer = `{"took":1,"hits":{"total":{"value":${hits.length}},"hits":[${hits.join(',')}]}}`;
  return form === 'search' ? [answer] : JSON.stringify(JSON.parse(answer), null, 1).split('\n');
}

export function packed(bytes: Buffer, packing: Packing): Buffer {
  return packing === 'gzip' ? gzipSync(bytes) : packing === 'zstd' ? zstdCompressSync(bytes) : bytes;
}
