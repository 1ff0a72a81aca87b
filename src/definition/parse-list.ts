import { formatBlock, overlaps, parseCidr, type Block } from '../core/cidr.ts';
import type { Place } from '../core/place.ts';
import { hasErrors, type Checked, type Problem } from '../core/problem.ts';
import { isPast, type Instant } from '../core/time.ts';
import type { CidrEntry, CidrList } from '../core/value-list.ts';
import { listSchema, type ListInput } from './schemas/schema-list.ts';
import { checkShape } from './shape.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

/** A list as its file says it: entries of the lists it includes are not in it yet. */
export interface ListFile extends CidrList {
  readonly includes: readonly { readonly name: string; readonly place: Place }[];
}

/** The list that a file holds, or everything that is wrong with the file; expired entries are warnings. */
export function parseList(name: string, file: string, bytes: Uint8Array, now: Instant): Checked<ListFile> {
  const yaml = parseYaml(file, bytes);
  if (!yaml.ok) return yaml;
  const shape = checkShape(listSchema, yaml.value);
  const entries = entriesOf(yaml.value);
  const problems = [
    ...shape.problems,
    ...checkHostBits(entries),
    ...checkOverlaps(entries),
    ...checkExpiry(entries, now),
  ];
  if (shape.value === null || hasErrors(problems)) return { ok: false, problems };
  return { ok: true, value: listOf(name, yaml.value, shape.value, entries), problems };
}

function listOf(name: string, file: YamlFile, input: ListInput, entries: readonly CidrEntry[]): ListFile {
  const placeOf = (index: number): Place =>
    file.places.get(`include.${index}`) ?? { file: file.file, line: 1, column: 1 };
  const includes = (input.include ?? []).map((name, index) => ({ name, place: placeOf(index) }));
  return { name, file: file.file, description: input.description.trim(), entries, includes };
}

/** Every entry that can be read, whatever else is wrong with the file: each fault is told by itself. */
function entriesOf(file: YamlFile): readonly CidrEntry[] {
  const raw = (file.value as { readonly entries?: unknown } | null)?.entries;
  return !Array.isArray(raw) ? [] : raw.flatMap((item: unknown, index) => entryOf(file, item, index) ?? []);
}

function entryOf(file: YamlFile, item: unknown, index: number): CidrEntry | null {
  const detail =
    typeof item === 'object' && item !== null ? (item as Readonly<Record<string, unknown>>) : { cidr: item };
  const { cidr, comment, owner, because, until } = detail;
  const place = file.places.get(`entries.${index}.cidr`) ?? file.places.get(`entries.${index}`);
  if (typeof cidr !== 'string' || parseCidr(cidr) === null || place === undefined) return null;
  return {
    cidr,
    comment: textOf(comment),
    owner: textOf(owner),
    because: textOf(because),
    until: textOf(until),
    place,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function checkHostBits(entries: readonly CidrEntry[]): Problem[] {
  return entries.flatMap(({ cidr, place }) => {
    const block = parseCidr(cidr);
    if (block === null || !block.hostBits) return [];
    return [
      problem(
        place,
        'cidr-host-bits',
        `"${cidr}" has bits set behind its prefix`,
        `Write "${formatBlock(block)}" if the block is meant, or the address alone`,
      ),
    ];
  });
}

function checkOverlaps(entries: readonly CidrEntry[]): Problem[] {
  const blocks = entries.flatMap((entry): (Block & { readonly entry: CidrEntry })[] => {
    const block = parseCidr(entry.cidr);
    return block === null ? [] : [{ first: block.first, last: block.last, entry }];
  });
  return overlaps(blocks).map(([{ entry: wider }, { entry }]) =>
    problem(
      entry.place,
      'cidr-overlap',
      `"${entry.cidr}" overlaps "${wider.cidr}" of line ${wider.place.line}`,
      'Keep the wider one, or make the two apart',
    ),
  );
}

function checkExpiry(entries: readonly CidrEntry[], now: Instant): Problem[] {
  return entries.flatMap(({ cidr, until, place }): Problem[] => {
    if (until === null || !isPast(until, now)) return [];
    const message = `"${cidr}" expired at the end of ${until} and excludes nothing`;
    return [{ ...problem(place, 'entry-expired', message, 'Remove it, or set a later "until"'), severity: 'warning' }];
  });
}

function problem(place: Place, rule: string, message: string, hint: string): Problem {
  return { rule, severity: 'error', place, message, hint };
}
