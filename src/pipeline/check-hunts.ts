import type { Hunt } from '../core/hunt.ts';
import { type Problem, sortProblems } from '../core/problem.ts';
import type { Source } from '../core/source.ts';
import type { Instant } from '../core/time.ts';
import type { CidrList } from '../core/value-list.ts';
import type { Expr } from '../query/syntax/ast.ts';
import { checkDeclarative } from './check/declarative.ts';
import { checkEsql, type CheckedBody } from './check/esql.ts';
import { checkEnrichments } from './check/enrichments.ts';
import { checkExceptions } from './check/exceptions.ts';
import { checkFinding } from './check/finding.ts';
import { checkKeep } from './check/keep.ts';
import { checkLists } from './check/lists.ts';
import { checkOwnExclusions } from './check/own-exclusions.ts';
import { checkParams } from './check/params.ts';
import { patternsOf } from './check/patterns.ts';
import { Report } from './check/report.ts';
import { withGeo } from './check/result-columns.ts';
import type { NeededSources } from './check/needed-sources.ts';
import { checkSources } from './check/sources.ts';
import { asChecked, type CheckedHunt } from './checked.ts';

/** What hunts may name. */
export interface CheckContext {
  readonly sources: ReadonlyMap<string, Source>;
  readonly lists: ReadonlyMap<string, CidrList>;
  /** When expiry is judged. */
  readonly now: Instant;
}

/** Hunts without an error, ready to run, and every problem of all of them, in reading order. */
export function checkHunts(
  hunts: readonly Hunt[],
  context: CheckContext,
): { readonly hunts: readonly CheckedHunt[]; readonly problems: readonly Problem[] } {
  const results = hunts.map((hunt) => checkHunt(hunt, context));
  return {
    hunts: results.flatMap(({ checked }) => (checked === null ? [] : [checked])),
    problems: sortProblems(distinct(results.flatMap(({ problems }) => problems))),
  };
}

function checkHunt(
  hunt: Hunt,
  context: CheckContext,
): { readonly checked: CheckedHunt | null; readonly problems: readonly Problem[] } {
  const report = new Report(hunt);
  const sources = checkSources(hunt, context.sources, report);
  const lists = checkLists(hunt, context.lists, sources, report);
  const body = checkBody(hunt, sources, report);
  const columns = withGeo(body?.columns ?? new Map(), hunt);
  const exceptions = checkExceptions(hunt, sources, body === null ? null : columns, context.now, report);
  const keep = body === null ? null : checkKeep(hunt, columns, report);
  const enrichments = body === null ? [] : checkEnrichments(hunt, context.sources, columns, report);
  const drilldown = body === null ? null : checkFinding(hunt, columns, report);
  checkOwnExclusions(hunt, { query: body?.query ?? null, where: body?.where ?? null, keep }, report);
  checkParams(hunt, report);
  if (body === null || report.failed) return { checked: null, problems: report.problems };
  const fields = new Set([...body.fields, ...exceptions.flatMap((exception) => [...exception.fields])]);
  const checked = asChecked({
    hunt,
    sources: sources.present,
    absent: sources.absent,
    lists,
    exceptions,
    keep,
    enrichments,
    drilldown,
    fields,
    query: body.query ?? null,
    where: body.where ?? null,
    patterns: patternsOf(sources),
  });
  return { checked, problems: report.problems };
}

type Body = CheckedBody & { readonly query?: CheckedHunt['query']; readonly where?: Expr | null };

function checkBody(hunt: Hunt, sources: NeededSources, report: Report): Body | null {
  const { body } = hunt;
  return body.type === 'esql' ? checkEsql(hunt, body, sources, report) : checkDeclarative(hunt, body, sources, report);
}

/** A problem of a site's exception, or of a source, is found once for each hunt that names it. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [
    ...new Map(
      problems.map((problem) => [JSON.stringify([problem.place, problem.rule, problem.message]), problem]),
    ).values(),
  ];
}
