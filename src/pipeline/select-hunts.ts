import type { Hunt } from '../core/hunt.ts';
import { suggestion } from '../core/suggest.ts';
import { isGlob, matchesGlob } from '../definition/glob.ts';

/** The hunts that one name stands for, in the order given; when there are none, what was most likely meant. */
export interface Selection {
  readonly hunts: readonly Hunt[];
  readonly hint: string;
}

/** What people write for hunts, on the command line and in jobs: an id, a glob over ids, `tag:x`, or `technique:T1071`. */
export function selectHunts(what: string, hunts: readonly Hunt[]): Selection {
  const { matches, known } = matcherOf(what, hunts);
  const found = hunts.filter(matches);
  return { hunts: found, hint: found.length > 0 ? '' : suggestion(what, known) };
}

interface Matcher {
  readonly matches: (hunt: Hunt) => boolean;
  /** What could have been written instead. */
  readonly known: readonly string[];
}

function matcherOf(what: string, hunts: readonly Hunt[]): Matcher {
  if (what.startsWith('tag:')) {
    const tag = what.slice('tag:'.length);
    return {
      matches: ({ tags }) => tags.includes(tag),
      known: distinct(
        hunts.flatMap(({ tags }) => tags),
        'tag:',
      ),
    };
  }
  if (what.startsWith('technique:')) {
    const technique = what.slice('technique:'.length);
    const known = distinct(
      hunts.flatMap(({ techniques }) => techniques),
      'technique:',
    );
    return { matches: ({ techniques }) => hasTechnique(techniques, technique), known };
  }
  const matches = isGlob(what) ? ({ id }: Hunt) => matchesGlob(what, id) : ({ id }: Hunt) => id === what;
  return { matches, known: hunts.map(({ id }) => id) };
}

/** Whether a technique, or a sub-technique of it, is among those of a hunt. */
export function hasTechnique(techniques: readonly string[], wanted: string): boolean {
  const id = wanted.toUpperCase();
  return techniques.some((technique) => technique === id || technique.startsWith(`${id}.`));
}

function distinct(names: readonly string[], prefix: string): string[] {
  return [...new Set(names)].map((name) => `${prefix}${name}`);
}
