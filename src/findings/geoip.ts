import { HuntError, messageOf } from '../core/error.ts';
import { formatIp, parseIp } from '../core/ip.ts';
import type { Instant } from '../core/time.ts';
import { DAY_MS } from '../core/time.ts';

/** GeoLite2 is rebuilt twice a week; after this, enough blocks have moved that a person must be told. */
const STALE_DAYS = 90;

/** What is known of an address; null where the data does not say. */
export interface GeoFacts {
  /** Two letters, `EU`; only City databases say. */
  readonly continentCode: string | null;
  /** ISO 3166-1, two letters. */
  readonly countryIsoCode: string | null;
  /** English, by the names of Unicode CLDR whatever the data calls it, so that a hunt means the same on all data. */
  readonly countryName: string | null;
  /** ISO 3166-2 with its country, `DK-83`. */
  readonly regionIsoCode: string | null;
  readonly cityName: string | null;
  /** `latitude,longitude` in degrees: one of the text forms of Elasticsearch's geo_point. */
  readonly location: string | null;
  readonly asNumber: number | null;
  readonly asName: string | null;
}

/** GeoIP data, opened. */
export interface GeoLookup {
  /** ISO day of the oldest data in use; null when some of it does not say. */
  readonly date: string | null;
  /** What a person must know of the data: that it is old, or does not state its age. */
  readonly notes: readonly string[];
  /** Null for an address that is in none of the data (private ones are not), and for text that is no address. */
  find(ip: string): GeoFacts | null;
}

/** One set of data. `find` takes canonical text, version 4 always as a dotted quad. */
export interface GeoDatabase {
  readonly name: string;
  readonly date: string | null;
  find(ip: string): Partial<GeoFacts> | null;
}

const UNKNOWN: GeoFacts = {
  continentCode: null,
  countryIsoCode: null,
  countryName: null,
  regionIsoCode: null,
  cityName: null,
  location: null,
  asNumber: null,
  asName: null,
};

/** One lookup over several sets of data; where two say the same fact, the later one counts. */
export function joinGeo(databases: readonly GeoDatabase[], now: Instant): GeoLookup {
  const dates = databases.map(({ date }) => date);
  const oldest = dates.reduce((a, b) => (a === null || b === null ? null : a < b ? a : b), dates[0] ?? null);
  return {
    date: oldest,
    notes: databases.flatMap(({ name, date }) => {
      const note = staleness(date, now);
      return note === null ? [] : [`${name} ${note}`];
    }),
    find: (text) => {
      const ip = parseIp(text);
      return ip === null ? null : joinedFacts(databases, formatIp(ip));
    },
  };
}

/** What is to be said about the age of data of that ISO day: nothing (null), that it is old, or that it is unknown. */
export function staleness(date: string | null, now: Instant): string | null {
  if (date === null) return 'does not state the date of its data, so its age is unknown';
  const days = Math.floor((now - Date.parse(`${date}T00:00:00Z`)) / DAY_MS);
  return days > STALE_DAYS ? `has data of ${date}, ${days} days old; addresses have changed hands since` : null;
}

const countryNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** The facts that follow from a country code and the code of a region in it; none for anything that is no country code. */
export function placeFacts(
  country: string | null,
  region: string | null,
): Pick<GeoFacts, 'countryIsoCode' | 'countryName' | 'regionIsoCode'> {
  if (country === null || !/^[A-Z]{2}$/.test(country)) {
    return { countryIsoCode: null, countryName: null, regionIsoCode: null };
  }
  return {
    countryIsoCode: country,
    countryName: countryNames.of(country) ?? null,
    regionIsoCode: region === null || !/^[A-Z0-9]{1,3}$/.test(region) ? null : `${country}-${region}`,
  };
}

/** A point as geo_point text, or null without one; 0,0 is what converted data holds for "no coordinates". */
export function locationText(latitude: unknown, longitude: unknown): string | null {
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return null;
  const isPoint = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && (latitude !== 0 || longitude !== 0);
  return isPoint ? `${latitude},${longitude}` : null;
}

function joinedFacts(databases: readonly GeoDatabase[], ip: string): GeoFacts | null {
  const known = databases.map((database) => factsOf(database, ip)).filter((facts) => facts !== null);
  return known.length === 0 ? null : (Object.assign({}, UNKNOWN, ...known) as GeoFacts);
}

function factsOf(database: GeoDatabase, ip: string): Partial<GeoFacts> | null {
  try {
    return database.find(ip);
  } catch (cause) {
    throw new HuntError('GEOIP_UNAVAILABLE', `Cannot look up "${ip}" in ${database.name}: ${messageOf(cause)}`, {
      cause,
      remedy: 'The data is damaged: download or install it again',
    });
  }
}
