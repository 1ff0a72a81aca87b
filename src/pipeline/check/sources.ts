import type { Hunt, SourceNeed } from '../../core/hunt.ts';
import type { Source } from '../../core/source.ts';
import { lintExpression } from '../../query/lint/lint.ts';
import { parseExpression } from '../../query/syntax/parse.ts';
import { typeOnEvents } from '../../query/resolve/resolve.ts';
import type { CheckedSource } from '../checked.ts';
import { suggestion } from '../../core/suggest.ts';
import { catalogOf } from './catalog.ts';
import { noCondition } from './condition.ts';
import type { NeededSources } from './needed-sources.ts';
import type { Report } from './report.ts';

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
  const absent = found.filter((source) => source.absent).map((source) => source.name);
  checkTogether(present, path, report);
  checkAbsent(hunt.sources, absent, path, report);
  return { present, absent, declared: found, whole: found.length === hunt.sources.names.length };
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

/** Such a hunt can find nothing here, which is no fault of anybody's. */
function checkAbsent({ need, names }: SourceNeed, absent: readonly string[], path: string, report: Report): void {
  if (absent.length === 0 || (need === 'any_of' && absent.length < names.length)) return;
  const message = `The site declares absent what the hunt needs: ${absent.join(', ')}`;
  report.warning(path, 'sources-absent', message, 'Nothing to mend: every run of it is blind');
}

export function predicateOf(source: Source, report: Report): CheckedSource['where'] {
  if (source.where === null) return null;
  const parsed = parseExpression(source.where.text);
  if (!parsed.ok) {
    report.faults(source.where, parsed.faults);
    return null;
  }
  const { typed, faults } = typeOnEvents(parsed.value, catalogOf({ params: {} }));
  const lints = lintExpression(typed, { clockFields: source.clock, severalAllowed: false });
  report.faults(source.where, [...faults, ...noCondition(typed), ...lints]);
  return parsed.value;
}
