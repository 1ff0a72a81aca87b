import type { Exception } from '../core/exception.ts';
import type { Hunt } from '../core/hunt.ts';
import type { Problem } from '../core/problem.ts';
import { anyMatches, type Applied } from './apply-params.ts';
import { matchesGlob } from './glob.ts';

/** The hunts with a site's exceptions behind their own; an id that a hunt has already, or a glob that names none, is told. */
export function applyExceptions(
  hunts: readonly Hunt[],
  exceptions: readonly Exception[],
  broken: ReadonlySet<string>,
): Applied {
  return exceptions.reduce<Applied>(
    (done, exception) => {
      const named = done.hunts.filter(({ id }) => (exception.hunts ?? []).some((glob) => matchesGlob(glob, id)));
      const taken = named.filter((hunt) => hunt.exceptions.some(({ id }) => id === exception.id));
      const isUnused = named.length === 0 && !(exception.hunts ?? []).some((glob) => anyMatches(glob, broken));
      const problems = [
        ...done.problems,
        ...taken.map((hunt) => duplicate(exception, hunt)),
        ...(isUnused ? [unused(exception)] : []),
      ];
      const added = done.hunts.map((hunt) =>
        named.includes(hunt) && !taken.includes(hunt) ? { ...hunt, exceptions: [...hunt.exceptions, exception] } : hunt,
      );
      return { hunts: added, problems };
    },
    { hunts, problems: [] },
  );
}

function duplicate({ id, when }: Exception, hunt: Hunt): Problem {
  const message = `The hunt "${hunt.id}" has an exception "${id}" already`;
  return {
    rule: 'duplicate-exception',
    severity: 'error',
    place: when.place,
    message,
    hint: 'Give it an id of its own',
  };
}

function unused({ id, when, hunts }: Exception): Problem {
  const message = `Exception "${id}" names no hunt: ${(hunts ?? []).join(', ')}`;
  return {
    rule: 'exception-unused',
    severity: 'warning',
    place: when.place,
    message,
    hint: 'Mend its "hunts:", or remove it',
  };
}
