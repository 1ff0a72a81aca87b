import { describe, expect, it } from 'vitest';
import { versionNotes } from '../../src/engine/elasticsearch-versions.ts';

describe('versionNotes', () => {
  it.each([['8.19.0'], ['8.19.21'], ['9.4.6'], ['9.5.3'], ['9.10.0']])('has nothing to say of %s', (version) => {
    expect(versionNotes([version])).toEqual([]);
  });

  it.each([
    ['8.18.9', /older than 8\.19/],
    ['9.0.1', /wrong results/],
    ['9.4.5', /wrong results/],
    ['9.5.2', /diverge/],
  ])('warns of %s', (version, note) => {
    expect(versionNotes([version])).toEqual([expect.stringMatching(note)]);
  });

  it('tells of nodes that differ, and of a server that does not tell', () => {
    expect(versionNotes(['8.19.1', '8.19.2'])).toEqual(['The nodes have different versions: 8.19.1, 8.19.2']);
    expect(versionNotes(null)).toEqual([expect.stringMatching(/monitor/)]);
  });
});
