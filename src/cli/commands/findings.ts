import type { Disposition, FindingStatus } from '../../core/finding.ts';
import type { Severity } from '../../core/hunt.ts';
import type { FindingFilter } from '../../store/port.ts';
import { setTriage, type TriageChange } from '../../findings/triage.ts';
import { findingJson, sightingJson } from '../views/as-json.ts';
import { type Effects, readyStore } from '../effects.ts';
import { HuntError } from '../../core/error.ts';
import { findFinding } from '../finding-ids.ts';
import { tellPage } from '../views/page.ts';
import { plural } from '../problems.ts';
import { safe } from '../views/safe-text.ts';
import { sinceTime } from '../time-flags.ts';
import { findingPage, findingTable } from '../views/view-finding.ts';

export interface FindingsFlags {
  readonly hunt?: string;
  readonly status?: readonly FindingStatus[];
  readonly severity?: readonly Severity[];
  readonly disposition?: readonly Disposition[];
  readonly host?: string;
  readonly since?: string;
  readonly limit: number;
}

type FindingEffects = Pick<Effects, 'out' | 'store' | 'signal' | 'now' | 'sleep' | 'random'>;

/** So many sightings are shown with a finding; --json has no more. */
const SIGHTINGS_SHOWN = 20;

/** `hunt findings`: those that all the flags fit, newest first; says how many more there are. */
export async function listFindings(flags: FindingsFlags, effects: FindingEffects): Promise<number> {
  const { out, signal } = effects;
  const store = await readyStore(effects);
  const page = await store.list(filterOf(flags, effects.now()), flags.limit, signal);
  const findings = page.items.map(({ finding }) => finding);
  out.answer(findings.map(findingJson), () =>
    findings.length === 0 ? safe`` : findingTable(findings, out.paint, out.width),
  );
  tellPage(out, findings.length, page.total, 'finding');
  return 0;
}

/** What the store is asked for. */
export function filterOf(
  { hunt, status, severity, disposition, host, since }: Omit<FindingsFlags, 'limit'>,
  now: number,
): FindingFilter {
  return {
    ...(hunt === undefined ? {} : { hunt }),
    ...(status === undefined ? {} : { statuses: status }),
    ...(severity === undefined ? {} : { severities: severity }),
    ...(disposition === undefined ? {} : { dispositions: disposition }),
    ...(host === undefined ? {} : { host }),
    ...(since === undefined ? {} : { since: sinceTime(since, now) }),
  };
}

/** `hunt findings show`: everything about one finding, and the tiles that saw it. */
export async function showFinding(id: string, effects: FindingEffects): Promise<number> {
  const { out, signal } = effects;
  const store = await readyStore(effects);
  const { finding } = await findFinding(id, store, signal);
  const sightings = await store.sightings(finding.state.fingerprint, SIGHTINGS_SHOWN, signal);
  const value = {
    ...findingJson(finding),
    sightings: sightings.items.map(sightingJson),
    sightingsInAll: sightings.total,
  };
  out.answer(value, () => findingPage(finding, sightings, out.paint, out.width));
  return 0;
}

export interface SetFlags {
  readonly status?: FindingStatus;
  readonly disposition?: Disposition | 'none';
  readonly note?: string;
  readonly assignee?: string;
  readonly coveredBy?: string;
}

/** `hunt findings set`: the analysts' fields of findings, of all or, when an id names none, of none. */
export async function setFindings(ids: readonly string[], flags: SetFlags, effects: FindingEffects): Promise<number> {
  const { out, signal } = effects;
  const change = changeOf(flags);
  const store = await readyStore(effects);
  const fingerprints = [];
  for (const id of ids) fingerprints.push((await findFinding(id, store, signal)).finding.state.fingerprint);
  const findings = await setTriage(fingerprints, change, store, effects, signal);
  out.answer(findings.map(findingJson), () => findingTable(findings, out.paint, out.width));
  out.note(safe`${plural(findings.length, 'finding')} set`);
  return 0;
}

function changeOf({ status, disposition, note, assignee, coveredBy }: SetFlags): TriageChange {
  const change: TriageChange = {
    ...(status === undefined ? {} : { status }),
    ...(disposition === undefined ? {} : { disposition: disposition === 'none' ? null : disposition }),
    ...(note === undefined ? {} : { note: note === '' ? null : note }),
    ...(assignee === undefined ? {} : { assignee: assignee === '' ? null : assignee }),
    ...(coveredBy === undefined ? {} : { coveredBy }),
  };
  if (Object.keys(change).length > 0) return change;
  throw new HuntError('USAGE', 'Nothing to set', {
    remedy: 'Give --status, --disposition, --note, --assignee or --covered-by',
  });
}
