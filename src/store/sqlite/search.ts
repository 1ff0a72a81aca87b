import { isoTime } from '../../core/time.ts';
import type { FindingFilter, RunFilter } from '../port.ts';

type Parameter = string | number;

/** A condition with its parameters in order; its text is made of words of this file alone. */
interface Condition {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

/** A filter on findings as SQL; a hunt is found by its id and by the first it had. */
export function findingCondition(filter: FindingFilter): Condition {
  const { idPrefix, hunt, host, since, statuses, severities, dispositions } = filter;
  return allOf([
    idPrefix === undefined ? null : beginsWith('fingerprint', idPrefix),
    hunt === undefined ? null : { sql: '(hunt_id = ? OR first_id = ?)', parameters: [hunt, hunt] },
    amongst('status', statuses),
    amongst('severity', severities),
    amongst('disposition', dispositions),
    host === undefined
      ? null
      : {
          sql: 'fingerprint IN (SELECT fingerprint FROM finding_hosts WHERE host = ?)',
          parameters: [host.toLowerCase()],
        },
    since === undefined ? null : { sql: 'news_at >= ?', parameters: [since] },
  ]);
}

/** A filter on runs as SQL. */
export function runCondition({ hunt, job, verdicts, since, tileStarts }: RunFilter): Condition {
  return allOf([
    hunt === undefined ? null : { sql: 'hunt_id = ?', parameters: [hunt] },
    job === undefined ? null : { sql: 'job_id = ?', parameters: [job] },
    amongst('verdict', verdicts),
    amongst("json_extract(document, '$.hunt.tile_start')", tileStarts?.map(isoTime)),
    since === undefined ? null : { sql: 'started_at >= ?', parameters: [since] },
  ]);
}

/** Texts that begin so, as a range, which an index serves: no text sorts behind the last code point. */
export function beginsWith(column: 'fingerprint' | 'run_id', prefix: string): Condition {
  return { sql: `(${column} >= ? AND ${column} < ? || char(0x10ffff))`, parameters: [prefix, prefix] };
}

function amongst(column: string, values: readonly string[] | undefined): Condition | null {
  return values === undefined
    ? null
    : { sql: `${column} IN (SELECT value FROM json_each(?))`, parameters: [JSON.stringify(values)] };
}

function allOf(conditions: readonly (Condition | null)[]): Condition {
  const asked = conditions.filter((condition) => condition !== null);
  return {
    sql: asked.length === 0 ? 'TRUE' : asked.map(({ sql }) => sql).join(' AND '),
    parameters: asked.flatMap(({ parameters }) => parameters),
  };
}
