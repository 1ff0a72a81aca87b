import { describe, expect, it } from 'vitest';
import type { ExcludedAddresses } from '../../../src/engine/port.ts';
import { askEmbedded, cellsOf, engineOver } from '../../rig/ask-embedded.ts';

const INDEX = {
  fields: { at: 'integer', ip: 'ip', many: 'ip', k: 'keyword' },
  documents: [
    { at: 1, ip: '10.0.0.2', many: ['10.0.0.1', '10.0.0.2'], k: '10.0.0.2' },
    { at: 2, ip: '10.0.0.3', many: '10.0.0.3', k: 'x' },
    { at: 3, ip: '2001:db8::8', many: ['10.0.9.9', '2001:db8::8'] },
    { at: 4 },
  ],
} as const;

/** Every second address of 10.0.0.0/22 and of 2001:db8::/120: 640 that no block holds together. */
const SCATTERED = [
  ...Array.from({ length: 512 }, (_, at) => `10.0.${at >> 7}.${(at & 127) * 2}`),
  ...Array.from({ length: 128 }, (_, at) => `2001:db8::${(at * 2).toString(16)}`),
];

describe('addresses of a filter', () => {
  const ids = async (part: 'excluded' | 'only', addresses: Partial<ExcludedAddresses>) => {
    await using engine = await engineOver({ e: INDEX });
    const filter = {
      time: null,
      excluded: [],
      only: [],
      [part]: [{ field: 'ip', blocks: [], addresses: [], ...addresses }],
    };
    return cellsOf(await askEmbedded(engine, 'FROM e | SORT at | KEEP at', { filter })).map(([at]) => at);
  };

  it.each([['ip'], ['many']])('are found in a long list as in a short one: %s', async (field) => {
    expect(await ids('excluded', { field, addresses: SCATTERED })).toEqual([2, 4]);
    expect(await ids('only', { field, addresses: SCATTERED })).toEqual([1, 3]);
    expect(await ids('excluded', { field, addresses: ['10.0.0.2', '2001:db8::8'] })).toEqual([2, 4]);
    expect(await ids('only', { field, blocks: ['10.0.0.2/31'] })).toEqual([1, 2]);
  });

  it('are texts on a field that is no ip, and nothing on a field that nobody has', async () => {
    expect(await ids('excluded', { field: 'k', addresses: ['10.0.0.2'] })).toEqual([2, 3, 4]);
    expect(await ids('excluded', { field: 'nowhere', addresses: ['10.0.0.2'] })).toEqual([1, 2, 3, 4]);
    expect(await ids('only', { field: 'nowhere', addresses: ['10.0.0.2'] })).toEqual([]);
  });

  it('that are none are refused by name', async () => {
    await expect(ids('excluded', { addresses: ["10.0.0.2' OR 1"] })).rejects.toMatchObject({
      code: 'QUERY_REJECTED',
      message: expect.stringContaining("10.0.0.2' OR 1"),
    });
  });
});
