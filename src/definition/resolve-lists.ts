import type { Problem } from '../core/problem.ts';
import type { CidrEntry, CidrList } from '../core/value-list.ts';
import type { ListFile } from './parse-list.ts';
import { suggestion } from '../core/suggest.ts';

type ListFiles = ReadonlyMap<string, ListFile>;
export interface ResolvedLists {
  readonly lists: ReadonlyMap<string, CidrList>;
  readonly problems: readonly Problem[];
}

/** Every list with the entries of the lists it includes; an include that leads nowhere or in a ring is a problem. */
export function resolveLists(files: ListFiles, broken: ReadonlySet<string>): ResolvedLists {
  const rings = ringsOf(files);
  const problems = [...unknownIncludes(files, broken), ...rings.map(({ problem }) => problem)];
  const inRing = new Set(rings.flatMap(({ names }) => names));
  const lists = [...files.values()].map((file): [string, CidrList] => {
    const { includes: _includes, ...list } = file;
    return [file.name, { ...list, entries: entriesBelow(files, file.name, inRing) }];
  });
  return { lists: new Map(lists), problems };
}

function unknownIncludes(files: ListFiles, broken: ReadonlySet<string>): Problem[] {
  return [...files.values()].flatMap(({ includes }) =>
    includes
      .filter(({ name }) => !files.has(name) && !broken.has(name))
      .map(({ name, place }): Problem => {
        return {
          rule: 'unknown-list',
          severity: 'error',
          place,
          message: `There is no list "${name}"`,
          hint: suggestion(name, files.keys()),
        };
      }),
  );
}

/** Each list's entries once, in the order in which lists are met. */
function entriesBelow(files: ListFiles, name: string, inRing: ReadonlySet<string>): readonly CidrEntry[] {
  const met = new Set([name]);
  for (const each of met)
    if (!inRing.has(each)) for (const include of files.get(each)?.includes ?? []) met.add(include.name);
  return [...met].flatMap((each) => files.get(each)?.entries ?? []);
}

interface Ring {
  readonly names: readonly string[];
  readonly problem: Problem;
}

/** Each ring of includes once, told at the include that closes it. */
function ringsOf(files: ListFiles): Ring[] {
  const rings: Ring[] = [];
  const done = new Set<string>();
  for (const start of files.keys()) {
    const trail: { readonly name: string; next: number }[] = [{ name: start, next: 0 }];
    while (trail.length > 0) {
      const step = trail.at(-1) as { readonly name: string; next: number };
      const include = done.has(step.name) ? undefined : files.get(step.name)?.includes[step.next++];
      if (include === undefined) {
        done.add(step.name);
        trail.pop();
        continue;
      }
      const back = trail.findIndex(({ name }) => name === include.name);
      if (back < 0) trail.push({ name: include.name, next: 0 });
      else
        rings.push(
          ringAt(
            trail.slice(back).map(({ name }) => name),
            include,
          ),
        );
    }
  }
  return rings;
}

function ringAt(names: readonly string[], include: ListFile['includes'][number]): Ring {
  const message = `Lists include each other in a ring: ${[...names, include.name].join(' -> ')}`;
  return {
    names,
    problem: {
      rule: 'list-cycle',
      severity: 'error',
      place: include.place,
      message,
      hint: 'Remove one of these includes',
    },
  };
}
