import type { Hunt } from '../../core/hunt.ts';
import type { Source } from '../../core/source.ts';
import { parseExpression } from '../../query/parse.ts';
import type { CheckedSource } from '../checked.ts';
import { suggestion } from '../../core/suggest.ts';
import type { Report } from './report.ts';

/** The sources a hunt needs, looked up and with their predicates parsed; and those its site declares absent. */
export interface NeededSources {
  readonly present: readonly CheckedSource[];
  readonly absent: readonly string[];
  /** All of them: what a field may be named for, whether or not this site has the source. */
  readonly declared: readonly Source[];
}

export function checkSources(hunt: Hunt, known: ReadonlyMap<string, Source>, report: Report): NeededSources {
  const path = `sources.${hunt.sources.need}`;
  const found = hunt.sources.names.flatMap((name, index) => {
    const source = known.get(name);
    if (source === undefined) {
      report.error(
        `${path}.${index}`,
        'unknown-source',
        `There is no source "${name}"`,
        suggestion(name, [...known.keys()]),
      );
    }
    return source === undefined ? [] : [source];
  });
  const present = found
    .filter((source) => !source.absent)
    .map((source) => ({ source, where: predicateOf(source, report) }));
  checkTogether(present, path, report);
  return { present, absent: found.filter((source) => source.absent).map((source) => source.name), declared: found };
}

/** A source without predicate takes every document it is asked about, also those that belong to another source. */
function checkTogether(present: readonly CheckedSource[], path: string, report: Report): void {
  const bare = present.find((checked) => checked.where === null);
  if (bare === undefined || present.length < 2) return;
  const name = bare.source.name;
  report.error(
    path,
    'source-without-predicate',
    `Source "${name}" has no "where" and is read beside others`,
    'Give it one that recognises its documents',
  );
}

function predicateOf(source: Source, report: Report): CheckedSource['where'] {
  if (source.where === null) return null;
  const parsed = parseExpression(source.where.text);
  if (parsed.ok) return parsed.value;
  report.faults(source.where, parsed.faults);
  return null;
}
