// A short slice of `npm run evaluate`: the captures that take a second or two, held to the same floor.
import { beforeAll, expect, it } from 'vitest';
import { openGeo } from '../../src/findings/geoip-open.ts';
import type { GeoLookup } from '../../src/findings/geoip.ts';
import { CAPTURES } from '../campaigns/evaluate/attacks.ts';
import { examine, faultsOf, stillShown } from '../campaigns/evaluate/captures.ts';
import { describeCaptures } from '../rig/live.ts';

const SHORT = ['lolbin-bitsadmin', 'lolbin-wmic-xsl', 'msf-procdump', 'apt29-day1-zeek', 'pfirewall-home'];

describeCaptures('the stored hunts over', [], (_servers, folder) => {
  let geo: GeoLookup;
  beforeAll(async () => {
    geo = await openGeo({ city: null, asn: null }, Date.now());
  });

  it.each(CAPTURES.filter(({ name }) => SHORT.includes(name)))('$name find what is named', async (capture) => {
    const outcome = await examine(capture, folder, geo);
    expect(outcome.attacks.length).toBeGreaterThan(0);
    expect(outcome.verdicts['findings']).toBeGreaterThan(0);
    expect(faultsOf(outcome)).toEqual([]);
    expect(await stillShown(capture, folder, geo)).toEqual([]);
  });
});
