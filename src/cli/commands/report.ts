import { extname, resolve } from 'node:path';
import { HuntError } from '../../core/error.ts';
import { firstIdOf } from '../../core/hunt.ts';
import type { Ledger } from '../../core/ledger.ts';
import { DAY_MS, type Instant } from '../../core/time.ts';
import type { Guide, ReportData, ReportGap } from '../../report/data.ts';
import { assigned } from '../../schedule/assignments.ts';
import { missingTime } from '../../schedule/missing.ts';
import type { Store } from '../../store/port.ts';
import { findingJson } from '../views/as-json.ts';
import { type Effects, readyStore } from '../effects.ts';
import { plural } from '../problems.ts';
import { saveFile } from '../save-file.ts';
import { safe, safeJson, SafeText } from '../views/safe-text.ts';
import type { Stock } from '../stock.ts';
import { sinceTime } from '../time-flags.ts';
import { version } from '../version.ts';
import { filterOf, type FindingsFlags } from './findings.ts';
import { assignmentsOf, idNow } from './gaps.ts';

type ReportFormat = 'html' | 'csv' | 'ndjson' | 'markdown';

export interface ReportFlags extends FindingsFlags {
  readonly out?: string;
  readonly format?: ReportFormat;
}

/** Without --since the runs of so many days are told. */
const RUN_DAYS = 30;
/** More runs than this are not read; the report says so. */
const RUNS_MAX = 20_000;
/** Where a page goes that nobody named: nobody reads HTML on a terminal. */
const PAGE_FILE = 'hunt-report.html';

const FORMAT_BY_ENDING: Readonly<Record<string, ReportFormat>> = {
  '.html': 'html',
  '.htm': 'html',
  '.csv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.md': 'markdown',
};

/** `hunt report`: findings, and what was not seen, for people outside of the tool. */
export async function report(flags: ReportFlags, effects: Effects): Promise<number> {
  const { out, cwd } = effects;
  const { format, file } = targetOf(flags);
  if (file === null && out.format !== 'text') {
    throw new HuntError('USAGE', 'Cannot write a report and JSON about it to the same place', {
      remedy: 'Name a file with --out, or leave out --json and --ndjson',
    });
  }
  const data = await readReport(flags, effects);
  const text = await written(data, format);
  if (file === null) out.answer(null, () => SafeText.vouched(text.trimEnd()));
  else await saveFile(resolve(cwd, file), file, text);
  const told = { file, format, findings: data.findings.length, total: data.total, gaps: data.gaps.length };
  if (file !== null) out.answer(told, () => safe`${file}`);
  const left = data.findings.length < data.total ? `, the newest of ${data.total}; --limit takes more` : '';
  out.note(safe`${plural(data.findings.length, 'finding')}${left}`);
  return 0;
}

/** The format that is named, else that of the file's ending; a page without a name goes to one of ours, the rest to standard output. */
function targetOf({ out, format }: ReportFlags): { readonly format: ReportFormat; readonly file: string | null } {
  const ending = out === undefined || out === '-' ? '' : extname(out).toLowerCase();
  const chosen = format ?? (Object.hasOwn(FORMAT_BY_ENDING, ending) ? FORMAT_BY_ENDING[ending] : undefined) ?? 'html';
  if (out === '-') return { format: chosen, file: null };
  return { format: chosen, file: out ?? (chosen === 'html' ? PAGE_FILE : null) };
}

async function written(data: ReportData, format: ReportFormat): Promise<string> {
  if (format === 'html') return (await import('../../report/page.ts')).reportPage(data);
  if (format === 'csv') return (await import('../../report/csv.ts')).findingsCsv(data.findings);
  if (format === 'markdown') return (await import('../../report/markdown.ts')).reportMarkdown(data);
  return data.findings.map((finding) => `${safeJson(findingJson(finding))}\n`).join('');
}

/** Everything that the flags fit, out of store and definitions. Events are not asked. */
async function readReport(flags: ReportFlags, effects: Effects): Promise<ReportData> {
  const { signal, now } = effects;
  const madeAt = now();
  const stock = await effects.stock();
  const store = await readyStore(effects);
  const start = flags.since === undefined ? madeAt - RUN_DAYS * DAY_MS : sinceTime(flags.since, madeAt);
  const ofHunt = flags.hunt === undefined ? {} : { hunt: flags.hunt };
  const findings = await store.list(filterOf(flags, madeAt), flags.limit, signal);
  const runs = await store.runs({ ...ofHunt, since: start }, RUNS_MAX, signal);
  const ledgers = (await store.allLedgers(signal)).filter((ledger) => isOf(ledger, flags.hunt, stock));
  return {
    madeAt,
    version: version(),
    asked: askedWords(flags),
    findings: findings.items.map(({ finding }) => finding),
    total: findings.total,
    runs: runs.items,
    runsTotal: runs.total,
    period: { start, end: madeAt },
    gaps: await gapsOf(ledgers, stock, { store, signal, now: madeAt }),
    ledgers: ledgers.length,
    guides: guidesOf(stock),
  };
}

/** A ledger is kept under the first id of its hunt. */
function isOf({ huntId }: Ledger, hunt: string | undefined, { definitions }: Stock): boolean {
  return (
    hunt === undefined ||
    huntId === hunt ||
    definitions.hunts.some((each) => each.id === hunt && firstIdOf(each) === huntId)
  );
}

interface GapEffects {
  readonly store: Store;
  readonly signal: AbortSignal;
  readonly now: Instant;
}

async function gapsOf(
  ledgers: readonly Ledger[],
  stock: Stock,
  { store, signal, now }: GapEffects,
): Promise<ReportGap[]> {
  const all = assigned(stock);
  const missing = missingTime(ledgers, await assignmentsOf(ledgers, all, store, signal), now);
  return missing.map((gap) => ({ ...gap, huntId: idNow(gap, all) ?? gap.huntId }));
}

function guidesOf({ definitions }: Stock): ReadonlyMap<string, Guide> {
  return new Map(definitions.hunts.map(({ id, runbook, falsePositives }) => [id, { runbook, falsePositives }]));
}

function askedWords({ hunt, status, severity, disposition, host, since }: ReportFlags): string[] {
  const named: (readonly [string, string | undefined])[] = [
    ['hunt', hunt],
    ['status', status?.join(' or ')],
    ['severity', severity?.join(' or ')],
    ['disposition', disposition?.join(' or ')],
    ['host', host],
    ['new or reopened since', since],
  ];
  return named.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
}
