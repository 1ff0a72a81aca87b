import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dateInChecksum } from '../../src/findings/geoip-bundled.ts';
import { openGeo } from '../../src/findings/geoip-open.ts';
import type { GeoDatabase } from '../../src/findings/geoip.ts';
import { joinGeo, locationText, placeFacts, staleness } from '../../src/findings/geoip.ts';
import type { MmdbValue } from './mmdb-file.ts';
import { mmdbFile } from './mmdb-file.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'geoip-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: Buffer | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const LONDON: MmdbValue = {
  continent: { code: 'EU' },
  country: { iso_code: 'GB', names: { en: 'Britain, says the data' } },
  subdivisions: [{ iso_code: 'ENG' }, { iso_code: 'LND' }],
  city: { names: { de: 'Londinium', en: 'London' } },
  location: { latitude: 51.5142, longitude: -0.0931 },
};
const cityFile = (built: string, records: Readonly<Record<string, MmdbValue>> = { '81.2.69.0/24': LONDON }) =>
  mmdbFile({ type: 'GeoLite2-City', built: new Date(built), records });
const asnFile = (built: string) =>
  mmdbFile({
    type: 'GeoLite2-ASN',
    built: new Date(built),
    records: {
      '81.2.69.0/24': { autonomous_system_number: 20_712, autonomous_system_organization: 'Andrews & Arnold' },
      '2001:db8::/32': { autonomous_system_number: 64_496 },
    },
  });

describe('openGeo with databases of the user', () => {
  const city = file('city.mmdb', cityFile('2026-11-18T22:00:00Z'));
  const asn = file('asn.mmdb', asnFile('2026-11-10T22:00:00Z'));

  it('joins place and network of an address, however it is written', async () => {
    const geo = await openGeo({ city, asn }, NOW);
    const expected = {
      continentCode: 'EU',
      countryIsoCode: 'GB',
      countryName: 'United Kingdom',
      regionIsoCode: 'GB-ENG',
      cityName: 'London',
      location: '51.5142,-0.0931',
      asNumber: 20_712,
      asName: 'Andrews & Arnold',
    };
    expect(geo.find('81.2.69.142')).toEqual(expected);
    expect(geo.find('::ffff:5102:458e')).toEqual(expected);
  });

  it('gives what one database knows when the other does not', async () => {
    const facts = (await openGeo({ city, asn }, NOW)).find('2001:db8::1');
    expect(facts).toMatchObject({ asNumber: 64_496, asName: null, countryIsoCode: null, location: null });
  });

  it.each(['10.0.0.1', '::1', 'example.org', '', '__proto__', 'x'.repeat(1_000_000)])(
    'knows nothing of %.20s',
    async (text) => expect((await openGeo({ city, asn }, NOW)).find(text)).toBeNull(),
  );

  it('states the date of its oldest data, by the build epoch, and nothing else when it is fresh', async () => {
    const geo = await openGeo({ city, asn }, NOW);
    expect(geo.date).toBe('2026-11-10');
    expect(geo.notes).toEqual([]);
  });

  it('says that data is old, naming which', async () => {
    const old = file('old.mmdb', cityFile('2026-01-01T00:00:00Z'));
    const geo = await openGeo({ city: old, asn }, NOW);
    expect(geo.date).toBe('2026-01-01');
    expect(geo.notes).toEqual([
      'GeoLite2-City has data of 2026-01-01, 324 days old; addresses have changed hands since',
    ]);
  });

  it('takes records in another layout for unknown, not for an error', async () => {
    const odd = file(
      'odd.mmdb',
      cityFile('2026-11-18T22:00:00Z', { '192.0.2.0/24': { country: 'US', subdivisions: 'x', location: ['51'] } }),
    );
    const facts = (await openGeo({ city: odd, asn: null }, NOW)).find('192.0.2.1');
    expect(new Set(Object.values(facts!))).toEqual(new Set([null]));
  });

  it('asks a database of version 4 addresses no others', async () => {
    const v4 = mmdbFile({
      type: 'DBIP-Country-Lite',
      built: new Date(NOW),
      ipVersion: 4,
      records: { '81.0.0.0/8': LONDON },
    });
    const geo = await openGeo({ city: file('v4.mmdb', v4), asn: null }, NOW);
    expect(geo.find('81.2.69.142')?.countryIsoCode).toBe('GB');
    expect(geo.find('5102:458e::')).toBeNull();
  });

  it.each([
    ['missing', () => join(folder, 'none.mmdb')],
    ['no database', () => file('text.mmdb', 'not a database')],
    ['empty', () => file('empty.mmdb', '')],
    ['still compressed', () => file('city.mmdb.gz', Buffer.from([0x1f, 0x8b, 0x08, 0, 0, 0]))],
    ['of the other kind', () => asn],
  ])('refuses a file that is %s, naming it and the setting', async (_, path) => {
    const broken = path();
    await expect(openGeo({ city: broken, asn: null }, NOW)).rejects.toMatchObject({
      code: 'GEOIP_UNAVAILABLE',
      message: expect.stringContaining(broken),
      remedy: expect.stringContaining('geoip.city'),
    });
  });

  it('tells a damaged record as what it is, not as an unknown address', async () => {
    const content = cityFile('2026-11-18T22:00:00Z');
    const cut = Buffer.from(content);
    cut.fill(0xff, cut.indexOf('continent') - 2, cut.indexOf('continent') + 40);
    const geo = await openGeo({ city: file('cut.mmdb', cut), asn: null }, NOW);
    expect(() => geo.find('81.2.69.142')).toThrow(expect.objectContaining({ code: 'GEOIP_UNAVAILABLE' }));
  });
});

describe('openGeo with the data of geoip-lite', () => {
  it('knows the country of a well-known address, and nothing of private ones', async () => {
    const geo = await openGeo({ city: null, asn: null }, NOW);
    expect(geo.find('8.8.8.8')).toMatchObject({ countryIsoCode: 'US', countryName: 'United States', asNumber: null });
    expect(geo.find('::ffff:808:808')).toEqual(geo.find('8.8.8.8'));
    expect(geo.find('2001:4860:4860::8888')).toMatchObject({ countryIsoCode: 'US' });
    for (const ip of ['10.0.0.1', '172.16.0.1', '192.168.1.1', '127.0.0.1', 'fe80::1', '::1']) {
      expect(geo.find(ip)).toBeNull();
    }
  });

  it('says that nothing in the package states a date', async () => {
    const geo = await openGeo({ city: null, asn: null }, NOW);
    expect(geo.date).toBeNull();
    expect(geo.notes).toEqual(['geoip-lite does not state the date of its data, so its age is unknown']);
  });

  it("takes networks from the user's ASN database", async () => {
    const asn = file('asn2.mmdb', asnFile('2026-11-10T22:00:00Z'));
    const facts = (await openGeo({ city: null, asn }, NOW)).find('81.2.69.142');
    expect(facts).toMatchObject({ countryIsoCode: 'GB', asNumber: 20_712 });
  });
});

describe('dateInChecksum', () => {
  it('reads the line that updatedb stores, and no other hash', () => {
    const hash = 'a'.repeat(64);
    expect(dateInChecksum(`${hash}  GeoLite2-City-CSV_20260908.zip\n`)).toBe('2026-09-08');
    expect(dateInChecksum('738794f02b34c28847582790e570b533')).toBeNull();
    expect(dateInChecksum('')).toBeNull();
  });
});

describe('joinGeo', () => {
  it('states no date when one of its sets of data states none', () => {
    const database = (date: string | null): GeoDatabase => ({ name: 'x', date, find: () => null });
    expect(joinGeo([database('2026-11-01'), database(null)], NOW).date).toBeNull();
    expect(joinGeo([database('2026-11-01'), database('2026-11-02')], NOW).date).toBe('2026-11-01');
  });
});

describe('staleness', () => {
  it('starts after 90 days', () => {
    expect(staleness('2026-08-23', NOW)).toBeNull();
    expect(staleness('2026-08-22', NOW)).toContain('91 days old');
    expect(staleness('2027-01-01', NOW)).toBeNull();
    expect(staleness(null, NOW)).toContain('unknown');
  });
});

describe('placeFacts and locationText', () => {
  it('names a country, and nothing for what is none', () => {
    expect(placeFacts('DK', '83')).toEqual({ countryIsoCode: 'DK', countryName: 'Denmark', regionIsoCode: 'DK-83' });
    expect(placeFacts('QX', '')).toEqual({ countryIsoCode: 'QX', countryName: null, regionIsoCode: null });
    expect(placeFacts('A1B', 'x y')).toEqual({ countryIsoCode: null, countryName: null, regionIsoCode: null });
  });

  it('gives a point only for coordinates on the globe', () => {
    expect(locationText(55.6761, 12.5683)).toBe('55.6761,12.5683');
    for (const [lat, lon] of [
      [0, 0],
      [null, 1],
      [91, 0],
      [0, 181],
      [NaN, 1],
      ['1', '2'],
    ] as const) {
      expect(locationText(lat, lon)).toBeNull();
    }
  });
});
