import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Location } from 'geoip-lite';
import { HuntError, messageOf } from '../core/error.ts';
import type { GeoDatabase, GeoFacts } from './geoip.ts';
import { locationText, placeFacts } from './geoip.ts';

/**
 * The GeoLite2 City data inside the package geoip-lite: places, no networks. Loading reads 112 MB (0.1 s, and that much
 * more memory), so it is done only when a hunt asks. It is read from `globalThis.geodatadir` where that is set, as
 * geoip-lite documents, else from the package; a `GEODATADIR` variable is not followed.
 */
export async function openBundledGeo(): Promise<GeoDatabase> {
  globalThis.geodatadir ??= packagedData();
  const date = await statedDate(globalThis.geodatadir);
  const lookup = await loadLookup();
  return { name: 'geoip-lite', date, find: (ip) => bundledFacts(lookup(ip)) };
}

/**
 * The ISO day of the data. Only `city.checksum` can tell: after `updatedb` it holds MaxMind's checksum line, which ends
 * in `GeoLite2-City-CSV_20260908.zip`. As packaged (2.0.3) it is a bare hash, and nothing else in the package states a
 * date; the time of the files is that of their installation.
 */
export function dateInChecksum(checksum: string): string | null {
  const match = /_(\d{4})(\d{2})(\d{2})\.zip\s*$/.exec(checksum.slice(0, 1_000));
  return match === null ? null : `${match[1]}-${match[2]}-${match[3]}`;
}

function packagedData(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('geoip-lite/package.json')), 'data');
  } catch (cause) {
    throw unavailable(cause);
  }
}

async function statedDate(folder: string): Promise<string | null> {
  try {
    return dateInChecksum(await readFile(join(folder, 'city.checksum'), 'utf8'));
  } catch (cause) {
    // Data without the file states no date, and that is told; data that is absent altogether fails when it is loaded.
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw unavailable(cause);
  }
}

async function loadLookup(): Promise<(ip: string) => Location | null> {
  try {
    return (await import('geoip-lite')).default.lookup;
  } catch (cause) {
    throw unavailable(cause);
  }
}

function unavailable(cause: unknown): HuntError {
  return new HuntError('GEOIP_UNAVAILABLE', `Cannot load the GeoIP data of geoip-lite: ${messageOf(cause)}`, {
    cause,
    remedy: 'Install the package geoip-lite again, or name a City database (.mmdb) as geoip.city in hunt.config.yml',
  });
}

function bundledFacts(found: Location | null): Partial<GeoFacts> | null {
  if (found === null || found.country === '') return null;
  return {
    ...placeFacts(found.country, found.region),
    cityName: found.city === '' ? null : found.city,
    location: locationText(found.ll[0], found.ll[1]),
  };
}
