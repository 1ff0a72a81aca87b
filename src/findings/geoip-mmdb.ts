import type { Reader, Response } from 'maxmind';
import { HuntError, messageOf } from '../core/error.ts';
import { isoTime } from '../core/time.ts';
import type { GeoDatabase, GeoFacts } from './geoip.ts';
import { locationText, placeFacts } from './geoip.ts';

export type MmdbKind = 'city' | 'asn';

/** Database types of either kind: those of MaxMind (GeoLite2-City, GeoIP2-ISP) and of others in the same layout (DBIP). */
const TYPES: Readonly<Record<MmdbKind, RegExp>> = { city: /city|country|enterprise|location/i, asn: /asn|isp/i };

/**
 * A MaxMind DB file (`.mmdb`) of the user: City (or Country) for places, ASN (or ISP) for networks. Its date is the
 * build epoch in its metadata. Rejects with GEOIP_UNAVAILABLE for a file that is missing, damaged, or of the other kind.
 */
export async function openMmdb(path: string, kind: MmdbKind): Promise<GeoDatabase> {
  const reader = await openReader(path, kind);
  const { databaseType, buildEpoch, ipVersion } = reader.metadata;
  if (!TYPES[kind].test(databaseType)) throw unusable(path, kind, `it is a "${databaseType}" database`);
  const facts = kind === 'city' ? cityFacts : asnFacts;
  return {
    name: databaseType,
    date: isoTime(buildEpoch.getTime()).slice(0, 10),
    find: (ip) => {
      if (ipVersion === 4 && ip.includes(':')) return null;
      const record: unknown = reader.get(ip);
      return record === null ? null : facts(record);
    },
  };
}

async function openReader(path: string, kind: MmdbKind): Promise<Reader<Response>> {
  const { open } = await import('maxmind');
  try {
    return await open(path);
  } catch (cause) {
    throw unusable(path, kind, messageOf(cause), cause);
  }
}

function unusable(path: string, kind: MmdbKind, why: string, cause?: unknown): HuntError {
  const wanted = kind === 'city' ? 'City or Country' : 'ASN or ISP';
  return new HuntError('GEOIP_UNAVAILABLE', `Cannot read the GeoIP database "${path}": ${why}`, {
    cause,
    remedy: `Name an uncompressed ${wanted} database (.mmdb) as geoip.${kind} in hunt.config.yml, or leave it out`,
  });
}

function cityFacts(record: unknown): Partial<GeoFacts> {
  return {
    ...placeFacts(textAt(record, 'country', 'iso_code'), textAt(record, 'subdivisions', '0', 'iso_code')),
    continentCode: textAt(record, 'continent', 'code'),
    cityName: textAt(record, 'city', 'names', 'en'),
    location: locationText(valueAt(record, 'location', 'latitude'), valueAt(record, 'location', 'longitude')),
  };
}

function asnFacts(record: unknown): Partial<GeoFacts> {
  const number = valueAt(record, 'autonomous_system_number');
  return {
    asNumber: typeof number === 'number' ? number : null,
    asName: textAt(record, 'autonomous_system_organization'),
  };
}

function textAt(record: unknown, ...path: readonly string[]): string | null {
  const value = valueAt(record, ...path);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A value by its path through a record whose layout only its maker knows. */
function valueAt(record: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined,
    record,
  );
}
