/** Where the objects go: the first part of the names of our indices, and the space; null is the default space. */
export interface KibanaPlace {
  readonly prefix: string;
  readonly space: string | null;
}

/** Ids of everything that we make. */
export interface Names {
  readonly tag: string;
  readonly data: {
    readonly findings: string;
    readonly sightings: string;
    readonly runs: string;
    readonly ledger: string;
    readonly outbox: string;
  };
  readonly session: {
    readonly open: string;
    readonly byHunt: string;
    readonly troubled: string;
    readonly gaps: string;
    readonly untold: string;
  };
  readonly map: string;
  readonly dashboard: { readonly findings: string; readonly operation: string };
  /** What a title begins with. */
  readonly title: string;
  /** First part of the names of the indices. */
  readonly prefix: string;
}

/** The prefix of indices that needs no mention in a title. */
const USUAL_PREFIX = 'hunt';

/**
 * The same ids each time. An id of a session, map or dashboard is there once in all spaces (Kibana gives a second one another
 * id), so the space is part of it; a prefix has no dot in it.
 */
export function namesOf({ prefix, space }: KibanaPlace): Names {
  const id = (name: string) => `tracehound-${prefix}-${name}${space === null ? '' : `.${space}`}`;
  return {
    tag: id('tag'),
    data: {
      findings: id('data-findings'),
      sightings: id('data-sightings'),
      runs: id('data-runs'),
      ledger: id('data-ledger'),
      outbox: id('data-outbox'),
    },
    session: {
      open: id('session-open-findings'),
      byHunt: id('session-findings-by-hunt'),
      troubled: id('session-troubled-runs'),
      gaps: id('session-gaps'),
      untold: id('session-untold-news'),
    },
    map: id('map-findings'),
    dashboard: { findings: id('dashboard-findings'), operation: id('dashboard-operation') },
    title: prefix === USUAL_PREFIX ? 'Tracehound' : `Tracehound (${prefix})`,
    prefix,
  };
}
