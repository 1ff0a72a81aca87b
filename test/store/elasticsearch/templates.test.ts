import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jobStateDocument, ledgerDocument } from '../../../src/store/documents/books-document.ts';
import { runDocument } from '../../../src/store/documents/run-document.ts';
import { findingDocument } from '../../../src/store/documents/finding-document.ts';
import { noticeDocument } from '../../../src/store/documents/notice-document.ts';
import { sightingDocument } from '../../../src/store/documents/sighting-document.ts';
import {
  componentTemplates,
  indexTemplates,
  KINDS,
  mappingOf,
  SCHEMA_VERSION,
} from '../../../src/store/elasticsearch/templates.ts';
import type { Kind, Mapping } from '../../../src/store/elasticsearch/templates.ts';
import { sampleJobState, sampleLedger } from '../../rig/sample-books.ts';
import { sampleNotice } from '../../rig/sample-notices.ts';
import { sampleFinding, sampleRun, sampleState, sightingFor } from '../../rig/sample-findings.ts';

const folder = new URL('../../../src/store/elasticsearch/templates/', import.meta.url);
const files = readdirSync(folder).map((name) => ({
  name,
  json: JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Record<string, unknown>,
}));

interface Field {
  readonly type?: string;
  readonly enabled?: boolean;
  readonly ignore_above?: number;
  readonly properties?: Readonly<Record<string, Field>>;
}

/** Fields by dotted name; an object that is not indexed, and a flattened one, count as one field. */
function leaves(properties: Readonly<Record<string, Field>>, path = ''): [string, Field][] {
  return Object.entries(properties).flatMap(([name, field]) =>
    field.properties === undefined
      ? [[`${path}${name}`, field] as [string, Field]]
      : leaves(field.properties, `${path}${name}.`),
  );
}

function fieldsOf(mapping: Mapping): Map<string, Field> {
  return new Map(leaves(mapping.properties as Readonly<Record<string, Field>>));
}

/** Names of the values of a document, down to the fields that the mapping has. */
function valuesOf(value: unknown, known: ReadonlyMap<string, Field>, path = ''): string[] {
  const open = typeof value === 'object' && value !== null && !Array.isArray(value) && !known.has(path);
  if (!open) return [path];
  return Object.entries(value).flatMap(([name, inner]) =>
    valuesOf(inner, known, path === '' ? name : `${path}.${name}`),
  );
}

/** The oldest schema whose programs may go on beside this one. */
const COMPATIBLE_FROM = 2;

describe('templates', () => {
  it('all have the version of the schema', () => {
    expect(files.length).toBe(7);
    for (const { json } of files) {
      const mark = { schema_version: SCHEMA_VERSION, compatible_from: COMPATIBLE_FROM };
      expect(json).toMatchObject({ version: SCHEMA_VERSION, _meta: mark });
    }
  });

  it('carry the prefix in every name, and reach indices but not aliases', () => {
    expect(componentTemplates('t').map((template) => template.name)).toEqual(['t-common', 't-entities']);
    expect(indexTemplates('t').map(({ name, body }) => [name, body['index_patterns'], body['priority']])).toEqual([
      ['t-findings', ['t-findings-*'], 500],
      ['t-sightings', ['t-sightings-*'], 500],
      ['t-runs', ['t-runs-*'], 500],
      ['t-ledger', ['t-ledger-*'], 500],
      ['t-outbox', ['t-outbox-*'], 500],
    ]);
    expect(indexTemplates('t')[0]?.body['composed_of']).toEqual(['t-common', 't-entities']);
  });

  it.each(KINDS)('map nothing by guessing: %s', (kind) => {
    expect(mappingOf(kind)).toMatchObject({
      dynamic: false,
      date_detection: false,
      _meta: { schema_version: SCHEMA_VERSION, compatible_from: COMPATIBLE_FROM },
    });
  });

  it.each([
    ['findings', findingDocument(sampleFinding('p', { news: ['new.1.2'] }))],
    ['sightings', sightingDocument(sightingFor(sampleState()))],
    ['runs', runDocument(sampleRun({ error: { code: 'TIMEOUT', message: 'Too late', remedy: null } }))],
    ['ledger', ledgerDocument(sampleLedger())],
    ['ledger', jobStateDocument(sampleJobState())],
    ['outbox', noticeDocument(sampleNotice('p', { settledAt: 1, trouble: 'no answer' }))],
  ] as const)('know every field that documents have: %s', (kind: Kind, document) => {
    const known = fieldsOf(mappingOf(kind));
    const used = valuesOf(document, known);
    expect(used.length).toBeGreaterThan(6);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });

  it('do not index what is only read back', () => {
    const known = fieldsOf(mappingOf('findings'));
    for (const name of ['hunt.state', 'hunt.history']) expect(known.get(name)).toMatchObject({ enabled: false });
    for (const kind of ['runs', 'ledger', 'outbox'] as const) {
      expect(fieldsOf(mappingOf(kind)).get('hunt.record')).toMatchObject({ enabled: false });
    }
  });

  it('keep terms that come from events below the 32,766 bytes of Lucene', () => {
    const text = [...fieldsOf(mappingOf('findings'))].filter(
      ([name, field]) => !name.startsWith('hunt.') && ['keyword', 'wildcard', 'flattened'].includes(field.type ?? ''),
    );
    const own = /^(?:event\.|rule\.version$|threat\.framework$|ecs\.)/;
    const unlimited = text.filter(([name, field]) => !own.test(name) && (field.ignore_above ?? Infinity) * 4 > 32_766);
    expect(text.length).toBeGreaterThan(100);
    expect(unlimited).toEqual([]);
  });

  it('name only field types that every server has, the test node included: what is tested is what is shipped', () => {
    const types = new Set(KINDS.flatMap((kind) => [...fieldsOf(mappingOf(kind)).values()].map((field) => field.type)));
    const known = ['boolean', 'date', 'flattened', 'float', 'geo_point', 'ip', 'keyword', 'long', 'object', 'text'];
    expect(types).toEqual(new Set(known));
  });
});
