import type { Hunt, HuntStatus } from '../../core/hunt.ts';
import type { Effects } from '../effects.ts';
import { paintSeverity } from '../views/paint.ts';
import { hasTechnique } from '../../pipeline/select-hunts.ts';
import type { Stock } from '../stock.ts';
import { table, type TableColumn } from '../views/table.ts';
import { countProblems } from '../problems.ts';
import { hasErrors } from '../../core/problem.ts';
import { safe } from '../views/safe-text.ts';

export interface ListFlags {
  readonly tag?: string;
  readonly technique?: string;
  readonly status?: HuntStatus;
  readonly source?: string;
}

/** `hunt list`: the stored hunts that all the flags fit, those with errors among them and marked. */
export async function list(flags: ListFlags, { out, stock }: Pick<Effects, 'out' | 'stock'>): Promise<number> {
  const found = await stock();
  const hunts = found.definitions.hunts.filter((hunt) => fits(hunt, flags)).sort(byStatusThenId);
  const values = hunts.map((hunt) => huntJson(hunt, found));
  out.answer(values, () => (hunts.length === 0 ? safe`` : table(hunts, columns(found, out), out.paint, out.width)));
  if (hunts.length === 0) out.note(safe`No hunt fits`);
  if (hasErrors(found.problems)) out.note(safe`${countProblems(found.problems)}: see hunt check`);
  return 0;
}

function fits(hunt: Hunt, { tag, technique, status, source }: ListFlags): boolean {
  return (
    (tag === undefined || hunt.tags.includes(tag)) &&
    (technique === undefined || hasTechnique(hunt.techniques, technique)) &&
    (status === undefined || hunt.status === status) &&
    (source === undefined || hunt.sources.names.includes(source))
  );
}

/** Stable ones first, what is going away last. */
const STATUS_ORDER: readonly HuntStatus[] = ['stable', 'experimental', 'deprecated'];

function byStatusThenId(a: Hunt, b: Hunt): number {
  return STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status) || (a.id < b.id ? -1 : 1);
}

function columns({ checked }: Stock, { paint }: Effects['out']): TableColumn<Hunt>[] {
  return [
    { name: 'ID', cell: ({ id }) => (checked.has(id) ? id : paint.red(safe`${id} (has errors)`)) },
    { name: 'STATUS', cell: ({ status }) => status },
    { name: 'SEVERITY', cell: ({ severity }) => paintSeverity(severity, paint) },
    { name: 'TYPE', cell: ({ body }) => body.type },
    { name: 'TECHNIQUES', cell: ({ techniques }) => techniques.join(' ') },
    { name: 'SOURCES', cell: ({ sources }) => sources.names.join(sources.need === 'any_of' ? ' | ' : ' + ') },
    { name: 'NAME', cell: ({ name }) => name },
  ];
}

function huntJson(hunt: Hunt, { checked }: Stock) {
  const { id, file, name, status, severity, tags, techniques, sources, windowMs, params, body, version } = hunt;
  return {
    id,
    file,
    name,
    status,
    severity,
    type: body.type,
    tags,
    techniques,
    sources,
    windowMs,
    params,
    version,
    ok: checked.has(id),
  };
}
