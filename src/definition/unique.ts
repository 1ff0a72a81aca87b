import type { Hunt } from '../core/hunt.ts';
import type { Job } from '../core/job.ts';
import { placeOf } from '../core/hunt.ts';
import type { Place } from '../core/place.ts';
import type { Problem } from '../core/problem.ts';
import type { Source } from '../core/source.ts';
import type { ListFile } from './parse-list.ts';
import type { OwnedList } from './read-site.ts';

export interface Unique<T> {
  readonly items: T;
  readonly problems: readonly Problem[];
}

/** The hunts with one file for each id, sorted by id; a second one is left out. Former ids must be nobody else's. */
export function uniqueHunts(hunts: readonly Hunt[]): Unique<readonly Hunt[]> {
  const { items, problems } = uniqueById('hunt', hunts);
  return { items, problems: [...problems, ...formerIdProblems(items)] };
}

/** The jobs with one file for each id, sorted by id; a second one is left out. */
export function uniqueJobs(jobs: readonly Job[]): Unique<readonly Job[]> {
  return uniqueById('job', jobs);
}

function uniqueById<T extends { readonly id: string; readonly file: string }>(
  noun: string,
  items: readonly T[],
): Unique<readonly T[]> {
  const byId = new Map<string, T>();
  const problems = items.flatMap((item): Problem[] => {
    const other = byId.get(item.id);
    if (other === undefined) byId.set(item.id, item);
    return other === undefined ? [] : [duplicate(noun, item.id, { file: item.file, line: 1, column: 1 }, other.file)];
  });
  return { items: [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), problems };
}

function formerIdProblems(hunts: readonly Hunt[]): Problem[] {
  const owners = new Map(hunts.map((hunt) => [hunt.id, hunt.file]));
  return hunts.flatMap((hunt) =>
    hunt.formerIds.flatMap((id, index): Problem[] => {
      const owner = owners.get(id);
      if (owner === undefined) owners.set(id, hunt.file);
      if (owner === undefined) return [];
      const message = `The former id "${id}" belongs to ${owner === hunt.file ? 'this hunt already' : `"${owner}"`}`;
      return [
        {
          rule: 'former-id',
          severity: 'error',
          place: placeOf(hunt, `former_ids.${index}`),
          message,
          hint: 'Findings follow one hunt only: keep the id where they belong',
        },
      ];
    }),
  );
}

/** Lists by name. A site's list takes the place of the package's; two of the site, or of the package, are a problem. */
export function uniqueLists(lists: readonly OwnedList[]): Unique<ReadonlyMap<string, ListFile>> {
  const byName = new Map<string, OwnedList>();
  const problems = lists.flatMap((each): Problem[] => {
    const { name, file } = each.list;
    const other = byName.get(name);
    if (other === undefined || (each.ours && !other.ours)) byName.set(name, each);
    return other === undefined || each.ours !== other.ours
      ? []
      : [duplicate('list', name, { file, line: 1, column: 1 }, other.list.file)];
  });
  return { items: new Map([...byName].map(([name, { list }]) => [name, list])), problems };
}

/** Sources by name; a second definition is a problem, since a site maps a source in `hunt.config.yml`. */
export function uniqueSources(sources: readonly Source[]): Unique<ReadonlyMap<string, Source>> {
  const byName = new Map<string, Source>();
  const problems = sources.flatMap((source): Problem[] => {
    const other = byName.get(source.name);
    if (other === undefined) byName.set(source.name, source);
    return other === undefined
      ? []
      : [
          duplicate(
            'source',
            source.name,
            source.place,
            other.place.file,
            'Map it under "sources:" of hunt.config.yml, or rename it',
          ),
        ];
  });
  return { items: byName, problems };
}

function duplicate(
  noun: string,
  name: string,
  place: Place,
  otherFile: string,
  hint = 'Rename one of the two files',
): Problem {
  return {
    rule: `duplicate-${noun}`,
    severity: 'error',
    place,
    message: `The ${noun} "${name}" is also in "${otherFile}"`,
    hint,
  };
}
