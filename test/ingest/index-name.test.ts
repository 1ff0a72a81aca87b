import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FieldText, indexOf, validIndex } from '../../src/ingest/index-name.ts';

/** Any code points, halves of pairs and control characters too. */
const ANY_TEXT = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0x10_ffff }), fc.integer({ min: 0, max: 0x7f })), { maxLength: 200 })
  .map((points) => String.fromCodePoint(...points));

const textOf =
  (values: Readonly<Record<string, string>>): FieldText =>
  (field) =>
    values[field] ?? null;

describe('indexOf', () => {
  it.each<[string, Record<string, string>, string]>([
    [
      'its data stream',
      { 'data_stream.type': 'metrics', 'data_stream.dataset': 'a.b', 'data_stream.namespace': 'prod' },
      'metrics-a.b-prod',
    ],
    ['a data stream without type and namespace', { 'data_stream.dataset': 'a.b' }, 'logs-a.b-default'],
    [
      'its data stream, though a beat sent it',
      { 'data_stream.dataset': 'a.b', 'agent.type': 'winlogbeat' },
      'logs-a.b-default',
    ],
    ['a beat and its version', { '@metadata.beat': 'winlogbeat', '@metadata.version': '8.19.1' }, 'winlogbeat-8.19.1'],
    ['the agent of a beat', { 'agent.type': 'packetbeat', 'agent.version': '9.5.0' }, 'packetbeat-9.5.0'],
    ['a beat without a version', { 'agent.type': 'auditbeat' }, 'auditbeat'],
    [
      'its dataset, for no beat that writes an index of its own',
      { 'agent.type': 'filebeat', 'event.dataset': 'zeek.dns' },
      'logs-zeek.dns-default',
    ],
    ['nothing', {}, 'logs-unknown-default'],
  ])('names a document after %s', (_, values, name) => {
    expect(indexOf(textOf(values))).toBe(name);
  });

  it('takes hostile values for text only', () => {
    expect(indexOf(textOf({ 'data_stream.dataset': '../../*,x y"' }))).toBe('logs-.._..___x_y_-default');
    expect(indexOf(textOf({ 'event.dataset': '__proto__' }))).toBe('logs-__proto__-default');
  });
});

describe('validIndex', () => {
  it.each([
    ['Logs-ÄÖ', 'logs-äö'],
    ['-_.+x', 'x'],
    ['a:b|c#d', 'a_b_c_d'],
    ['***', 'unknown'],
    ['', 'unknown'],
    ['..', 'unknown'],
    ['logs-a.b-default', 'logs-a.b-default'],
  ])('makes of %j %j', (name, valid) => {
    expect(validIndex(name)).toBe(valid);
  });

  it('cuts a name at 255 bytes, never inside of a character', () => {
    expect(validIndex(`x${'é'.repeat(200)}`)).toBe(`x${'é'.repeat(127)}`);
  });

  it('gives names that Elasticsearch takes, whatever it is given, and leaves those as they are', () => {
    fc.assert(
      fc.property(ANY_TEXT, (text) => {
        const name = validIndex(text);
        expect(name).not.toMatch(/[\\/*?"<>| ,#:A-Z\p{Cc}]/u);
        expect(name).not.toMatch(/^[-_+.]/);
        expect(Buffer.byteLength(name)).toBeGreaterThan(0);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        expect(validIndex(name)).toBe(name);
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});
