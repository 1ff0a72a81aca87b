import { unreachable } from '../../core/error.ts';
import type { Source } from '../../core/source.ts';
import { formatDuration, roughly } from '../../core/time.ts';
import { timeJson } from './as-json.ts';
import type { Paint } from './paint.ts';
import { joined, safe, type SafeText } from './safe-text.ts';
import type { SurveyedSource } from '../survey.ts';
import { facts, table, type TableColumn } from './table.ts';
import { clockTime } from './view-finding.ts';

export function sourceJson(source: SurveyedSource) {
  return { ...source, newest: timeJson(source.newest) };
}

/** One source with everything that is known of it. */
export interface ShownSource {
  readonly source: Source;
  readonly seen: SurveyedSource;
  /** Ids of the hunts that need it. */
  readonly hunts: readonly string[];
}

export function shownSourceJson({ source, seen, hunts }: ShownSource) {
  const { description, where, clock, heartbeatMs, fields } = source;
  return { ...sourceJson(seen), description, where: where?.text.trim() ?? null, clock, heartbeatMs, fields, hunts };
}

export function sourcePage({ source, seen, hunts }: ShownSource, paint: Paint): SafeText {
  const { description, where, clock, heartbeatMs, enable, cost } = source;
  return facts(
    [
      ['source', paint.bold(source.name)],
      ['what', description],
      ['state', paintState(seen, paint)],
      ['documents', seen.documents],
      ['newest', clockTime(seen.newest)],
      ['lag', seen.lagMs === null ? null : roughly(seen.lagMs)],
      ['trouble', troubleOf(seen)],
      ['patterns', source.index.join(', ')],
      ['where', where === null ? null : where.text.trim().replaceAll(/\s+/g, ' ')],
      ['clock', `the first of ${clock.join(', ')}`],
      ['silence', heartbeatMs === 'sporadic' ? 'is normal' : `is normal for ${formatDuration(heartbeatMs)}`],
      ['needed by', joined(hunts, ', ')],
      ['switch on', enable],
      ['cost', cost ?? null],
    ],
    paint,
  );
}

export function sourceTable(sources: readonly SurveyedSource[], paint: Paint, width: number | null): SafeText {
  const columns: TableColumn<SurveyedSource>[] = [
    { name: 'SOURCE', cell: ({ name }) => name },
    { name: 'STATE', cell: (source) => paintState(source, paint) },
    { name: 'DOCUMENTS', cell: ({ documents }) => documents, align: 'right' },
    { name: 'NEWEST', cell: ({ newest }) => clockTime(newest) },
    { name: 'LAG', cell: ({ lagMs }) => (lagMs === null ? '' : roughly(lagMs)), align: 'right' },
    { name: 'PATTERNS', cell: ({ patterns }) => patterns.join(', ') },
    { name: 'TROUBLE', cell: troubleOf },
  ];
  return table(sources, columns, paint, width);
}

/** What keeps a source from being read whole; empty for nothing. */
export function troubleOf({ missingPrivileges, closed, error }: SurveyedSource): SafeText {
  const parts = [
    missingPrivileges.length === 0 ? null : safe`missing privileges: ${joined(missingPrivileges, ', ')}`,
    closed.length === 0 ? null : safe`closed indices: ${joined(closed, ', ')}`,
    error === null ? null : safe`${error}`,
  ];
  return joined(
    parts.filter((part) => part !== null),
    '; ',
  );
}

function paintState({ state }: SurveyedSource, { green, yellow, red, dim }: Paint): SafeText {
  switch (state) {
    case 'sent':
      return green(state);
    case 'silent':
      return yellow(state);
    case 'failed':
      return red(state);
    case 'never':
    case 'no_index':
    case 'no_clock':
    case 'absent':
      return dim(state);
    default:
      return unreachable(state);
  }
}
