import type { DeclarativeBody } from '../core/hunt.ts';
import { CLOCK_COLUMN, EVENT_TIME_FIELD } from '../core/source.ts';
import { formatDuration } from '../core/time.ts';
import type { Frame } from '../query/compile/frame.ts';
import { enrichmentQuery } from '../query/compile/enrichment.ts';
import { esqlHuntQuery } from '../query/compile/esql-hunt.ts';
import { type EntityPlan, hiddenQuery } from '../query/compile/entity.ts';
import { firstSeenQuery, historyQuery } from '../query/compile/first-seen.ts';
import { populationQuery, prevalenceQuery } from '../query/compile/prevalence.ts';
import type { CheckedHunt } from './checked.ts';
import { eventCondition, exceptionsBefore } from './plan.ts';

/** A query as it is sent, and what it is for. */
export interface ShownQuery {
  readonly purpose: string;
  readonly esql: string;
  /** What a reader must know of it. */
  readonly notes: readonly string[];
}

/** Rows asked for in a query that is only shown. */
const ROWS_MAX = 9_999;

/**
 * The ES|QL of a hunt as it would be sent where all fields exist, on the sources' clocks: what `hunt show --esql` prints.
 * Its time range travels in the request filter, so in Discover the time picker stands for it.
 */
export function showEsql(checked: CheckedHunt, now: number): ShownQuery[] {
  return [...ownQuestions(checked, now), ...enrichmentQuestions(checked)];
}

/** With the parameters of a row as they are written. */
function enrichmentQuestions({ enrichments, hunt }: CheckedHunt): ShownQuery[] {
  return enrichments.map(({ enrichment: { name, atMost, withinMs }, query, sources, patterns, order }) => {
    const frame = wholeFrame({ sources }, [EVENT_TIME_FIELD]);
    const plan = { query, frame, patterns, order, params: hunt.params, rowsMax: atMost };
    const esql = enrichmentQuery(plan, { cells: new Map(), more: new Set() });
    const range = `Asked for each row, from ${formatDuration(withinMs)} before its first event to as long after its last`;
    return { purpose: `enrichment ${name}`, esql, notes: [range] };
  });
}

function ownQuestions(checked: CheckedHunt, now: number): ShownQuery[] {
  const { hunt } = checked;
  const frame = wholeFrame(checked);
  const range = `The time range on ${CLOCK_COLUMN} travels in the request filter, as do the lists excluded before counting`;
  if (hunt.body.type === 'esql') {
    if (checked.query === null) return [];
    const plan = { query: checked.query, frame, patterns: checked.patterns, params: hunt.params, rowsMax: ROWS_MAX };
    return [{ purpose: 'rows', esql: esqlHuntQuery(plan), notes: [range] }];
  }
  const exceptions = exceptionsBefore(checked, hunt, now);
  const where = checked.where === null ? null : eventCondition(checked.where, hunt);
  const plan = { frame, where, exceptions, rowsMax: ROWS_MAX };
  const forms = exceptions.map(
    ({ id, form }) =>
      `Exception "${id}" is ${form === 'pushed down' ? 'pushed down to the index' : 'tested row by row'}`,
  );
  const { rows, around } = ownQueries(hunt.body, plan);
  return [
    { purpose: 'rows', esql: rows, notes: [range, ...forms] },
    around,
    {
      purpose: 'hidden',
      esql: hiddenQuery({ ...plan, body: hunt.body }, []),
      notes: ['Counts what each exception hides'],
    },
  ];
}

/** What the two types of declarative hunts ask each in its own way: rows, and what these are judged against. */
function ownQueries(
  body: DeclarativeBody,
  plan: Omit<EntityPlan, 'body'>,
): { readonly rows: string; readonly around: ShownQuery } {
  const notes = ['Counted before where, lists and exceptions'];
  if (body.type === 'prevalence') {
    const bound = { ...plan, body };
    return { rows: prevalenceQuery(bound), around: { purpose: 'population', esql: populationQuery(bound), notes } };
  }
  const bound = { ...plan, body };
  return { rows: firstSeenQuery(bound), around: { purpose: 'history', esql: historyQuery(bound), notes } };
}

/** A frame in which every field exists. */
function wholeFrame({ sources }: Pick<CheckedHunt, 'sources'>, clock: readonly string[] | null = null): Frame {
  return {
    sources: sources.map(({ source, where }) => ({ patterns: source.index, where, clock: clock ?? source.clock })),
    missing: new Map(),
    conflicting: new Map(),
    oddClocks: new Set(),
  };
}
