import type { Hunt, ParamValue } from '../core/hunt.ts';
import type { Place } from '../core/place.ts';
import type { Problem } from '../core/problem.ts';
import { isGlob, matchesGlob } from './glob.ts';
import type { ParamOverride } from './site.ts';
import { suggestion } from '../core/suggest.ts';

export interface Applied {
  readonly hunts: readonly Hunt[];
  readonly problems: readonly Problem[];
}

/** Whether a glob names a hunt whose file is broken: then it cannot be judged. */
export function anyMatches(glob: string, broken: ReadonlySet<string>): boolean {
  return [...broken].some((id) => matchesGlob(glob, id));
}

/** The hunts with a site's parameters in place of their own, entry by entry; a later entry wins. */
export function applyParams(
  hunts: readonly Hunt[],
  overrides: readonly ParamOverride[],
  broken: ReadonlySet<string>,
): Applied {
  return overrides.reduce<Applied>(
    (done, override) => {
      const matching = done.hunts.filter(({ id }) => matchesGlob(override.hunts, id));
      const told = anyMatches(override.hunts, broken) ? [] : checkOverride(override, matching, hunts);
      const problems = [...done.problems, ...told];
      return {
        hunts: done.hunts.map((hunt) => (matching.includes(hunt) ? overridden(hunt, override.values) : hunt)),
        problems,
      };
    },
    { hunts, problems: [] },
  );
}

/** Only parameters that the hunt has, and only with a value of the same kind. */
function overridden(hunt: Hunt, values: ParamOverride['values']): Hunt {
  const fitting = Object.entries(values).filter(
    ([name, value]) => Object.hasOwn(hunt.params, name) && kindOf(hunt.params[name]) === kindOf(value),
  );
  return fitting.length === 0 ? hunt : { ...hunt, params: { ...hunt.params, ...Object.fromEntries(fitting) } };
}

function checkOverride(
  { hunts: glob, values, place, places }: ParamOverride,
  matching: readonly Hunt[],
  all: readonly Hunt[],
): Problem[] {
  if (matching.length === 0) {
    const hint = isGlob(glob)
      ? 'Mend the glob, or remove the entry'
      : suggestion(
          glob,
          all.map(({ id }) => id),
        );
    return [error('unknown-hunt', place, `No hunt matches "${glob}"`, hint)];
  }
  return Object.entries(values).flatMap(([name, value]) =>
    checkParam(name, value, places.get(name) ?? place, matching),
  );
}

/** A glob may name a parameter that only some of its hunts have; a name that none has is a mistake. */
function checkParam(name: string, value: ParamValue, place: Place, matching: readonly Hunt[]): Problem[] {
  const having = matching.filter(({ params }) => Object.hasOwn(params, name));
  if (having.length === 0) {
    const message = `No parameter "${name}" in ${matching.map(({ id }) => `"${id}"`).join(', ')}`;
    return [
      error(
        'unknown-param',
        place,
        message,
        suggestion(name, new Set(matching.flatMap(({ params }) => Object.keys(params)))),
      ),
    ];
  }
  return having
    .filter(({ params }) => kindOf(params[name]) !== kindOf(value))
    .map(({ id, params }) =>
      error(
        'param-kind',
        place,
        `Parameter "${name}" of "${id}" is ${kindOf(params[name])}, not ${kindOf(value)}`,
        'Write a value of the kind that the hunt has',
      ),
    );
}

function kindOf(value: ParamValue | undefined): string {
  if (Array.isArray(value)) return `a list of ${[...new Set(value.map((item) => typeof item))].sort().join(' and ')}s`;
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}

function error(rule: string, place: Place, message: string, hint: string): Problem {
  return { rule, severity: 'error', place, message, hint };
}
