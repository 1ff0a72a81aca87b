// geoip-lite 2.0.3 ships no types; these are the parts that are used here.

declare module 'geoip-lite' {
  /** Missing texts are empty, missing coordinates null or 0. */
  export interface Location {
    readonly country: string;
    readonly region: string;
    readonly city: string;
    readonly ll: readonly [number | null, number | null];
  }
  interface GeoipLite {
    /** Null for an address that is not in the data. */
    readonly lookup: (ip: string) => Location | null;
  }
  const geoipLite: GeoipLite;
  export default geoipLite;
}

/** The folder that geoip-lite reads, once, when it is loaded. */
declare var geodatadir: string | undefined;
