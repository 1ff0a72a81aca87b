import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ecsTable } from '../../scripts/write-ecs-table.ts';
import { columnTypeOf, ecsField, ecsFieldNames, ECS_VERSION } from '../../src/query/ecs.ts';

describe('the ECS table', () => {
  it('is what the generator writes from the installed package', () => {
    const committed = readFileSync(new URL('../../src/query/ecs-table.json', import.meta.url), 'utf8');
    expect(ecsTable()).toBe(committed);
  });

  it('knows its version and more than two thousand fields', () => {
    expect(ECS_VERSION).toMatch(/^\d+\.\d+\.\d+/);
    expect([...ecsFieldNames()].length).toBeGreaterThan(2000);
  });

  it.each([
    ['process.name', 'keyword', false],
    ['process.name.text', 'text', false],
    ['event.category', 'keyword', true],
    ['event.type', 'keyword', true],
    ['host.ip', 'ip', true],
    ['dns.resolved_ip', 'ip', true],
    ['source.ip', 'ip', false],
    ['destination.port', 'long', false],
    ['@timestamp', 'date', false],
    ['destination.geo.location', 'geo_point', false],
    ['process.command_line', 'keyword', false],
    ['data_stream.dataset', 'keyword', false],
    ['winlog.event_data.Application', 'keyword', false],
    ['winlog.process.pid', 'long', false],
    ['process.executable.caseless', 'keyword', false],
  ])('%s is %s, array: %s', (name, type, array) => {
    expect(ecsField(name)).toEqual({ type, array });
  });

  it.each(['process', 'nosuch.field', '__proto__', 'constructor', 'toString', 'winlog.', '', 'source.ip.caseless'])(
    '%j is no field',
    (name) => {
      expect(ecsField(name)).toBeUndefined();
    },
  );

  it.each([
    ['scaled_float', 'double'],
    ['constant_keyword', 'keyword'],
    ['match_only_text', 'text'],
    ['short', 'integer'],
    ['flattened', 'unsupported'],
    ['nested', undefined],
    ['__proto__', undefined],
  ])('a mapping of %s is a column of %s', (mapping, type) => {
    expect(columnTypeOf(mapping)).toBe(type);
  });
});
