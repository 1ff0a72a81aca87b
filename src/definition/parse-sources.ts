import type { Place, PlacedText } from '../core/place.ts';
import { hasErrors, type Checked, type Problem } from '../core/problem.ts';
import type { Source } from '../core/source.ts';
import { parseDuration } from '../core/time.ts';
import { sourcesSchema } from './schemas/schema-source.ts';
import { checkShape } from './shape.ts';
import { suggestion } from '../core/suggest.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

/** What a site says about a source: only what differs. */
export interface SourceMapping {
  readonly name: string;
  readonly index: readonly string[] | null;
  readonly where: PlacedText | null;
  readonly clock: readonly string[] | null;
  readonly heartbeatMs: number | 'sporadic' | null;
  readonly absent: boolean;
  readonly place: Place;
}

/** The sources that a file holds, or everything that is wrong with the file. */
export function parseSources(file: string, bytes: Uint8Array): Checked<readonly Source[]> {
  const yaml = parseYaml(file, bytes);
  if (!yaml.ok) return yaml;
  const { value, problems } = checkShape(sourcesSchema, yaml.value);
  if (value === null || hasErrors(problems)) return { ok: false, problems };
  const sources = Object.entries(value).map(([name, input]): Source => {
    const { description, index, clock, enable, cost, fields } = input;
    return {
      name,
      description: description.trim(),
      index,
      where: yaml.value.textAt(`${name}.where`),
      clock,
      heartbeatMs: heartbeatOf(input.heartbeat),
      enable: enable.trim(),
      ...(cost === undefined ? {} : { cost: cost.trim() }),
      fields: fields ?? null,
      absent: false,
      place: placeOfKey(yaml.value, name),
    };
  });
  return { ok: true, value: sources, problems };
}

/** Milliseconds of a checked heartbeat. */
export function heartbeatOf(text: string): number | 'sporadic' {
  return text === 'sporadic' ? text : (parseDuration(text) ?? 'sporadic');
}

export function placeOfKey(file: YamlFile, path: string): Place {
  return file.keyPlaces.get(path) ?? { file: file.file, line: 1, column: 1 };
}

/** The sources as they are at a site; `broken`: there are more, in a file that could not be read. */
export function mapSources(
  sources: ReadonlyMap<string, Source>,
  mappings: readonly SourceMapping[],
  broken: boolean,
): { readonly sources: ReadonlyMap<string, Source>; readonly problems: readonly Problem[] } {
  const mapped = new Map(sources);
  const problems = mappings.flatMap((mapping): Problem[] => {
    const source = sources.get(mapping.name);
    if (source !== undefined) mapped.set(mapping.name, mappedSource(source, mapping));
    return source === undefined && !broken ? [unknownSource(mapping.name, mapping.place, sources)] : [];
  });
  return { sources: mapped, problems };
}

function unknownSource(name: string, place: Place, sources: ReadonlyMap<string, Source>): Problem {
  return {
    rule: 'unknown-source',
    severity: 'error',
    place,
    message: `There is no source "${name}"`,
    hint: suggestion(name, sources.keys()),
  };
}

function mappedSource(source: Source, { index, where, clock, heartbeatMs, absent }: SourceMapping): Source {
  return {
    ...source,
    index: index ?? source.index,
    shippedIndex: source.index,
    where: where ?? source.where,
    clock: clock ?? source.clock,
    heartbeatMs: heartbeatMs ?? source.heartbeatMs,
    absent,
  };
}
