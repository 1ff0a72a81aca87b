import type { Instant } from '../core/time.ts';
import { openBundledGeo } from './geoip-bundled.ts';
import { openMmdb } from './geoip-mmdb.ts';
import type { GeoLookup } from './geoip.ts';
import { joinGeo } from './geoip.ts';

/** Database files of the user; what is null comes from the package (places), or from nowhere (networks). */
export interface GeoPaths {
  readonly city: string | null;
  readonly asn: string | null;
}

/**
 * Opens GeoIP data: the user's City database or else geoip-lite for places, the user's ASN database for networks.
 * Rejects with GEOIP_UNAVAILABLE, naming file and remedy; never goes on without data that was asked for.
 */
export async function openGeo({ city, asn }: GeoPaths, now: Instant): Promise<GeoLookup> {
  const places = city === null ? openBundledGeo() : openMmdb(city, 'city');
  const networks = asn === null ? [] : [openMmdb(asn, 'asn')];
  return joinGeo(await Promise.all([places, ...networks]), now);
}
