import { isActive } from '../core/exception.ts';
import type { Hunt } from '../core/hunt.ts';
import { readingRange } from '../core/tile.ts';
import { isoTime, type Span } from '../core/time.ts';
import type { ExcludedAddresses, FieldCaps, Question } from '../engine/port.ts';
import { listBlocks } from '../findings/exclude-cidrs.ts';
import { splitPlain } from '../core/cidr.ts';
import type { Expr } from '../query/syntax/ast.ts';
import { clockChains, type Frame, FRESH_START, RANGE_END, RANGE_START, TILE_START } from '../query/compile/frame.ts';
import { lowerNames } from '../query/compile/lower-names.ts';
import { type NegationForm, unlessTrue } from '../query/compile/null-safe.ts';
import { expandList } from '../query/compile/params.ts';
import { ecsField } from '../query/ecs.ts';
import { mapExpr } from '../query/syntax/walk.ts';
import type { CheckedException, CheckedHunt } from './checked.ts';
import type { RunRequest } from './request.ts';

/** A list that acts before counting: its addresses go into the request filter. */
export interface ListUse {
  readonly list: string;
  readonly excluded: ExcludedAddresses;
}

/** An active exception as compiled for this run. */
export interface ExceptionUse {
  readonly id: string;
  readonly when: Expr;
  /** True unless the exception hides the event. */
  readonly unless: Expr;
  readonly form: NegationForm;
}

/** Everything about one run that is settled before the first query about events. */
export interface RunPlan {
  readonly checked: CheckedHunt;
  /** With the run's own parameters. */
  readonly hunt: Hunt;
  readonly request: RunRequest;
  readonly range: Span;
  readonly caps: FieldCaps;
  readonly frame: Frame;
  readonly before: readonly ListUse[];
  readonly exceptions: readonly ExceptionUse[];
}

/** The reading range of a run of this hunt. */
export function rangeOf(hunt: Hunt, request: RunRequest): Span {
  return readingRange(request.tile, hunt.windowMs, request.lookBackMs);
}

/** The hunt with the parameters of the run in place of its own. */
export function withParams(hunt: Hunt, params: RunRequest['params']): Hunt {
  return Object.keys(params).length === 0 ? hunt : { ...hunt, params: { ...hunt.params, ...params } };
}

/** Patterns the hunt reads: its sources', and those of its own FROM. */
export function patternsOf(checked: CheckedHunt): string[] {
  const from = checked.query?.commands[0];
  const own = from?.kind === 'from' ? from.sources.flatMap((source) => checked.patterns(source.pattern)) : [];
  return [...new Set([...checked.sources.flatMap(({ source }) => source.index), ...own])];
}

/** The lists of one stage, each with its blocks that have not expired. */
export function listsBefore(checked: CheckedHunt, now: number): ListUse[] {
  return checked.hunt.excludeCidrs
    .filter((exclusion) => exclusion.stage === 'before')
    .flatMap(({ field, lists }) => lists.map((list) => ({ field, list })))
    .flatMap(({ field, list }) => {
      const found = checked.lists.get(list);
      return found === undefined ? [] : [{ list, excluded: { field, ...splitPlain(listBlocks(found, now)) } }];
    });
}

/** The active exceptions of a declarative hunt, as conditions on its events. */
export function exceptionsBefore(checked: CheckedHunt, hunt: Hunt, now: number): ExceptionUse[] {
  return activeExceptions(checked, now).map(({ exception, when }) => {
    const condition = eventCondition(when, hunt);
    const { expr, form } = unlessTrue(condition, isSingle);
    return { id: exception.id, when: condition, unless: expr, form };
  });
}

function activeExceptions(checked: CheckedHunt, now: number): readonly CheckedException[] {
  return checked.exceptions.filter(({ exception }) => isActive(exception, now));
}

/** A condition of the hunt as it stands in a query: lists written out, then names lower-cased, those of lists too. */
export function eventCondition(condition: Expr, hunt: Hunt): Expr {
  return lowerNames(mapExpr(condition, (node) => expandList(node, hunt.params)));
}

/** Whether ECS says that a field holds one value. */
export function isSingle(field: string): boolean {
  return ecsField(field)?.array === false;
}

/** A question about the events of the reading range. */
export function questionOf(
  plan: RunPlan,
  purpose: string,
  esql: string,
  change: {
    readonly rowsMax?: number;
    readonly excluded?: readonly ExcludedAddresses[];
    readonly only?: readonly ExcludedAddresses[];
  } = {},
): Question {
  return {
    purpose,
    esql,
    params: parametersOf(plan),
    filter: {
      time: { clocks: clockChains(plan.frame), span: plan.range },
      excluded: change.excluded ?? [],
      only: change.only ?? [],
    },
    rowsMax: change.rowsMax ?? 1,
    deadlineMs: plan.request.deadlineMs,
  };
}

/** Single-valued parameters of the hunt, and the times of the run; lists stand in the query as literals. */
function parametersOf({ hunt, request, range }: RunPlan): Question['params'] {
  const own = Object.entries(hunt.params).flatMap(([name, value]) =>
    typeof value === 'object' ? [] : [[name, value] as const],
  );
  return Object.fromEntries([
    ...own,
    [TILE_START, isoTime(request.tile.start)],
    [FRESH_START, isoTime(request.tile.start - request.lookBackMs)],
    [RANGE_START, isoTime(range.start)],
    [RANGE_END, isoTime(range.end)],
  ]);
}
