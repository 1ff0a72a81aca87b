import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openGeo } from '../../src/findings/geoip-open.ts';

// In a file of its own: geoip-lite reads its folder once per process, when it is loaded.
it('refuses absent data of geoip-lite with the remedy, and does not go on without', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'geoip-absent-'));
  globalThis.geodatadir = folder;
  try {
    await expect(openGeo({ city: null, asn: null }, 0)).rejects.toMatchObject({
      code: 'GEOIP_UNAVAILABLE',
      message: expect.stringContaining('geoip-lite'),
      remedy: expect.stringContaining('geoip.city'),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
