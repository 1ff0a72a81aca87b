import { ATTACK_VERSION } from '../../core/attack.ts';
import { unreachable } from '../../core/error.ts';
import type { Instant } from '../../core/time.ts';
import { navigatorLayer } from '../../report/navigator.ts';
import type {
  Coverage,
  CoverageState,
  HuntCoverage,
  SourceCoverage,
  TacticCoverage,
  TechniqueCoverage,
} from '../../schedule/coverage.ts';
import { timeJson } from './as-json.ts';
import type { Paint } from './paint.ts';
import { plural } from '../problems.ts';
import { joined, safe, type SafeText } from './safe-text.ts';
import { facts, table, type TableColumn } from './table.ts';
import { clockTime } from './view-finding.ts';

/** Whether the engine was asked what sources send, and the store how jobs stand. */
export interface CoverageAsked {
  readonly sources: boolean;
  readonly jobs: boolean;
}

export function coverageJson({ tactics, techniques, hunts, sources }: Coverage, asked: CoverageAsked) {
  return {
    attackVersion: ATTACK_VERSION,
    asked,
    tactics,
    techniques,
    hunts: hunts.map(({ jobs, ...hunt }) => ({
      ...hunt,
      jobs: jobs.map((job) => ({ ...job, examinedTo: timeJson(job.examinedTo) })),
    })),
    sources,
  };
}

/** By tactic, by technique, by hunt, and the sources that some hunt lacks with how to switch them on. */
export function coverageText(coverage: Coverage, paint: Paint, width: number | null): SafeText {
  const parts = [
    table(coverage.tactics, tacticColumns(), paint, width),
    table(coverage.techniques, techniqueColumns(paint), paint, width),
    table(coverage.hunts, huntColumns(paint), paint, width),
    table(coverage.sources, sourceColumns(), paint, width),
    ...coverage.sources.filter(isMissed).map((source) => missedSource(source, paint)),
  ];
  return joined(parts, '\n\n');
}

/** A layer for the ATT&CK Navigator: how many hunts run for each technique, and why others do not. */
export function coverageLayer({ techniques, hunts }: Coverage, description: string) {
  const byId = new Map(hunts.map((hunt) => [hunt.id, hunt]));
  return navigatorLayer(
    'Tracehound',
    description,
    techniques.map(({ id, running, state, hunts: ids }) => ({
      id,
      running,
      blind: state === 'blind',
      lines: ids.flatMap((each) => layerLine(byId.get(each)) ?? []),
    })),
  );
}

function layerLine(hunt: HuntCoverage | undefined): string | null {
  if (hunt === undefined) return null;
  return `${hunt.id}: ${[hunt.state, ...hunt.why].join('; ')}`;
}

function tacticColumns(): TableColumn<TacticCoverage>[] {
  const count = (name: string, state: CoverageState): TableColumn<TacticCoverage> => ({
    name,
    cell: ({ states }) => (states[state] === 0 ? '' : states[state]),
    align: 'right',
  });
  return [
    { name: 'TACTIC', cell: ({ name }) => name },
    {
      name: 'TECHNIQUES',
      cell: ({ states, total }) => `${Object.values(states).reduce((sum, each) => sum + each, 0)} of ${total}`,
      align: 'right',
    },
    count('RUNS', 'runs'),
    count('DEGRADED', 'degraded'),
    count('SCHEDULED', 'scheduled'),
    count('IDLE', 'idle'),
    count('BLIND', 'blind'),
  ];
}

function techniqueColumns(paint: Paint): TableColumn<TechniqueCoverage>[] {
  return [
    { name: 'TECHNIQUE', cell: ({ id }) => id },
    {
      name: 'NAME',
      cell: ({ name, tactics }) => name ?? (tactics.length === 0 ? `not of ATT&CK ${ATTACK_VERSION}` : ''),
    },
    { name: 'STATE', cell: ({ state }) => paintState(state, paint) },
    { name: 'RUN', cell: ({ running, hunts }) => `${running} of ${hunts.length}`, align: 'right' },
    { name: 'HUNTS', cell: ({ hunts }) => joined(hunts, ', ') },
  ];
}

function huntColumns(paint: Paint): TableColumn<HuntCoverage>[] {
  return [
    { name: 'HUNT', cell: ({ id }) => id },
    { name: 'STATE', cell: ({ state }) => paintState(state, paint) },
    { name: 'JOBS', cell: ({ jobs }) => jobs.map(({ id }) => id).join(', ') },
    { name: 'EXAMINED TO', cell: ({ jobs }) => clockTime(newestOf(jobs.map(({ examinedTo }) => examinedTo))) },
    { name: 'GAPS', cell: ({ jobs }) => jobs.reduce((sum, { gaps }) => sum + gaps, 0) || '', align: 'right' },
    { name: 'SOURCES', cell: sourcesText },
    { name: 'WHY', cell: ({ why }) => joined(why, '; ') },
  ];
}

/** `endpoint.network | sysmon.network (never)`: what sends has no remark. */
function sourcesText({ need, sources }: HuntCoverage): string {
  const names = sources.map(({ name, state }) => (state === null || state === 'sent' ? name : `${name} (${state})`));
  return names.join(need === 'any_of' ? ' | ' : ' + ');
}

function sourceColumns(): TableColumn<SourceCoverage>[] {
  return [
    { name: 'SOURCE', cell: ({ name }) => name },
    { name: 'STATE', cell: ({ state }) => state ?? 'not asked' },
    { name: 'NEEDED BY', cell: ({ hunts }) => hunts.length, align: 'right' },
    { name: 'BLIND', cell: ({ blind }) => blind.length, align: 'right' },
    { name: 'ASKED BY', cell: ({ askedBy }) => askedBy.length, align: 'right' },
  ];
}

/** Whether some hunt needs a source that sends nothing, and the site does not say that it has none. */
function isMissed({ state, hunts }: SourceCoverage): boolean {
  return state !== null && state !== 'sent' && state !== 'absent' && hunts.length > 0;
}

function missedSource({ name, state, hunts, blind, enable, cost }: SourceCoverage, paint: Paint): SafeText {
  return facts(
    [
      ['source', safe`${paint.bold(name)} (${state ?? ''})`],
      ['needed by', plural(hunts.length, 'hunt')],
      ['blind', joined(blind, ', ')],
      ...(state === 'silent'
        ? ([['look', 'whether its agents still send']] as const)
        : ([
            ['switch on', enable],
            ['cost', cost],
          ] as const)),
    ],
    paint,
  );
}

function newestOf(instants: readonly (Instant | null)[]): Instant | null {
  return instants.reduce((newest, each) => (newest === null || (each !== null && each > newest) ? each : newest), null);
}

function paintState(state: CoverageState, { green, yellow, red, dim }: Paint): SafeText {
  switch (state) {
    case 'runs':
      return green(state);
    case 'degraded':
      return yellow(state);
    case 'blind':
      return red(state);
    case 'scheduled':
    case 'idle':
      return dim(state);
    default:
      return unreachable(state);
  }
}
