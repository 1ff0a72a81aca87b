import type { PlacedText } from '../../core/place.ts';
import type { Query } from '../../query/syntax/ast.ts';
import type { Report } from './report.ts';
import type { NeededSources } from './needed-sources.ts';

/** FROM names what the hunt's sources name: a pattern of no source is never asked whether it sent anything. */
export function checkFrom(query: Query, { declared, whole }: NeededSources, source: PlacedText, report: Report): void {
  const [from] = query.commands;
  if (from?.kind !== 'from') {
    const span = from?.span ?? { start: 0, end: 0 };
    report.faults(source, [
      {
        rule: 'no-from',
        message: 'A hunt reads events, so its query begins with FROM',
        hint: 'Begin with FROM and the patterns of its sources',
        span,
      },
    ]);
    return;
  }
  if (!whole) return;
  const known = new Set(declared.flatMap((source) => [...source.index, ...(source.shippedIndex ?? [])]));
  const strange = from.sources.filter(({ pattern }) => !known.has(pattern));
  report.faults(
    source,
    strange.map(({ pattern, span }) => ({
      rule: 'from-of-no-source',
      severity: 'warning' as const,
      message: `FROM reads "${pattern}", which is no index of the hunt's sources`,
      hint: 'Whether data came is judged by source: name the source it belongs to',
      span,
    })),
  );
}
