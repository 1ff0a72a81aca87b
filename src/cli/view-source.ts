import { unreachable } from '../core/error.ts';
import { roughly } from '../core/time.ts';
import { timeJson } from './as-json.ts';
import type { Paint } from './paint.ts';
import { joined, safe, type SafeText } from './safe-text.ts';
import type { SurveyedSource } from './survey.ts';
import { table, type TableColumn } from './table.ts';
import { clockTime } from './view-finding.ts';

export function sourceJson(source: SurveyedSource) {
  return { ...source, newest: timeJson(source.newest) };
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
