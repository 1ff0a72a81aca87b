import { openEventStore } from '../../embedded/segments/store.ts';
import type { IngestCount } from '../../embedded/segments/ingest.ts';
import type { InputFormat } from '../../ingest/input-format.ts';
import { findInputs } from '../../ingest/open.ts';
import type { Effects } from '../effects.ts';
import { startProgress } from '../progress.ts';
import { plural } from '../problems.ts';
import { safe } from '../views/safe-text.ts';
import { table, type TableColumn } from '../views/table.ts';

export interface IngestFlags {
  readonly as?: InputFormat;
  readonly timezone?: string;
  readonly host?: string;
}

/** Exit code of an ingest that could not take everything: lines were refused, or a file was cut. */
const DEGRADED_EXIT = 4;
const CONFLICTS_SHOWN = 10;

/** `hunt ingest`: adds what is new of files of events to the embedded store; tells what was refused, and why. */
export async function ingest(
  files: readonly string[],
  flags: IngestFlags,
  effects: Pick<Effects, 'out' | 'cwd' | 'config' | 'signal' | 'monotonic'>,
): Promise<number> {
  const { out, cwd, signal, monotonic } = effects;
  const { home } = await effects.config();
  const inputs = await findInputs(files, cwd);
  using store = openEventStore(home);
  using progress = startProgress(out, monotonic);
  progress.doing(safe`reading ${plural(inputs.length, 'file')}`);
  const count = await store.ingest(inputs, {
    format: flags.as ?? null,
    context: { timezone: flags.timezone ?? null, host: flags.host ?? null },
    signal,
    stdin: () => process.stdin,
    progress: ({ name }, documents) => progress.doing(safe`${name}: ${plural(documents, 'document')}`),
  });
  progress.doing(safe`merging small segments`);
  await store.compact();
  progress.clear();
  out.answer(count, () => countTable(count, out));
  tellFaults(count, out);
  return count.refused > 0 || count.inputs.some(({ cut }) => cut !== null) ? DEGRADED_EXIT : 0;
}

function countTable({ taken, seen, refused, inputs }: IngestCount, out: Effects['out']) {
  const row = { files: inputs.length, taken, seen, refused };
  const columns = (['files', 'taken', 'seen', 'refused'] as const).map((name): TableColumn<typeof row> => {
    const title = name === 'seen' ? 'SEEN BEFORE' : name.toUpperCase();
    return { name: title, cell: (counts) => counts[name], align: 'right' };
  });
  return table([row], columns, out.paint, out.width);
}

function tellFaults({ inputs, conflicts }: IngestCount, out: Effects['out']): void {
  const { yellow } = out.notePaint;
  for (const { name, cut, refused, rejects, examples, notes } of inputs) {
    for (const note of notes) out.note(yellow(safe`${name}: ${note}`));
    if (cut !== null) out.note(yellow(safe`${name}: ${cut}; what came before was read`));
    for (const { line, reason } of examples) out.note(yellow(safe`${name}:${line}: ${reason}`));
    if (rejects !== null) out.note(yellow(safe`${name}: ${plural(refused, 'line')} refused, kept in ${rejects}`));
  }
  for (const { field, unfit, cut } of conflicts.slice(0, CONFLICTS_SHOWN)) {
    if (unfit > 0)
      out.note(yellow(safe`${field}: ${plural(unfit, 'value')} did not fit its type and count as missing`));
    if (cut > 0) out.note(yellow(safe`${field}: ${plural(cut, 'fraction')} cut off, the field holds whole numbers`));
  }
  const more = conflicts.length - CONFLICTS_SHOWN;
  if (more > 0) out.note(yellow(safe`${plural(more, 'more field')} with such values; --json lists them`));
}
