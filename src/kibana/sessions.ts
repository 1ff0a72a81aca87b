import { type Condition, kql } from './kql.ts';
import type { Names } from './names.ts';
import { type SavedObject, savedObject, tagReference } from './saved-object.ts';

export const OPEN: Condition = { field: 'hunt.status', is: ['open'] };
const TROUBLED: Condition = { field: 'hunt.verdict', is: ['failed', 'blind', 'degraded'] };
export const WITH_GAPS: Condition = { field: 'hunt.gaps', above: 0 };
const UNTOLD: Condition = { field: 'hunt.notice.state', is: ['waiting', 'dead'] };

interface Session {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Id of the data view. */
  readonly data: string;
  readonly conditions: readonly Condition[];
  readonly columns: readonly string[];
  readonly sort: readonly (readonly [field: string, order: 'asc' | 'desc'])[];
  /** What the bars over time are split by. */
  readonly split?: string;
}

/** What people begin with in Discover. */
export function sessions(names: Names): SavedObject[] {
  return [...findingSessions(names), ...operationSessions(names)].map((session) => sessionObject(session, names.tag));
}

function findingSessions({ session, data, title }: Names): Session[] {
  return [
    {
      id: session.open,
      title: `${title}: open findings`,
      description: 'What nobody has closed yet, the newest first. Click on a fingerprint for its sightings.',
      data: data.findings,
      conditions: [OPEN],
      columns: [
        'hunt.severity',
        'hunt.name',
        'event.reason',
        'host.name',
        'process.name',
        'hunt.last_seen',
        'hunt.fingerprint',
      ],
      sort: [['@timestamp', 'desc']],
      split: 'hunt.severity',
    },
    {
      id: session.byHunt,
      title: `${title}: findings by hunt`,
      description: 'All findings, hunt by hunt, with what became of them.',
      data: data.findings,
      conditions: [],
      columns: ['hunt.name', 'hunt.severity', 'event.reason', 'hunt.status', 'hunt.disposition', 'hunt.assignee'],
      sort: [
        ['hunt.name', 'asc'],
        ['@timestamp', 'desc'],
      ],
      split: 'hunt.name',
    },
  ];
}

function operationSessions({ session, data, title }: Names): Session[] {
  return [
    {
      id: session.troubled,
      title: `${title}: failed, blind and degraded runs`,
      description: 'Runs that saw nothing, or less than they should have, and why.',
      data: data.runs,
      conditions: [TROUBLED],
      columns: ['hunt.verdict', 'hunt.name', 'hunt.reasons', 'hunt.job.id', 'hunt.tile_start', 'hunt.tile_end'],
      sort: [['@timestamp', 'desc']],
      split: 'hunt.verdict',
    },
    {
      id: session.gaps,
      title: `${title}: gaps`,
      description: 'Hunts of jobs with time that is known not to be examined; hunt backfill asks for it again.',
      data: data.ledger,
      conditions: [WITH_GAPS],
      columns: [
        'hunt.job.id',
        'hunt.first_id',
        'hunt.gaps',
        'hunt.gap_reasons',
        'hunt.oldest_gap',
        'hunt.examined_until',
      ],
      sort: [['hunt.oldest_gap', 'asc']],
    },
    {
      id: session.untold,
      title: `${title}: news that was not told`,
      description: 'What waits for its channel, or was given up on, and why. Click on a fingerprint for the finding.',
      data: data.outbox,
      conditions: [UNTOLD],
      columns: [
        'hunt.notice.state',
        'hunt.notice.channel',
        'hunt.id',
        'hunt.delta',
        'hunt.severity',
        'hunt.notice.attempts',
        'hunt.notice.trouble',
        'hunt.fingerprint',
      ],
      sort: [['@timestamp', 'desc']],
      split: 'hunt.notice.state',
    },
  ];
}

function sessionObject(session: Session, tag: string): SavedObject {
  const { id, title, description, data, conditions, columns, sort, split } = session;
  const source = {
    query: kql(...conditions),
    filter: [],
    highlightAll: true,
    version: true,
    indexRefName: INDEX_REFERENCE,
  };
  const attributes = {
    title,
    description,
    columns,
    sort,
    grid: {},
    hideChart: false,
    isTextBasedQuery: false,
    timeRestore: false,
    ...(split === undefined ? {} : { breakdownField: split }),
    kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(source) },
  };
  const reference = { type: 'index-pattern', id: data, name: INDEX_REFERENCE } as const;
  return savedObject({ type: 'search', id }, attributes, [reference, tagReference(tag)]);
}

const INDEX_REFERENCE = 'kibanaSavedObjectMeta.searchSourceJSON.index';
