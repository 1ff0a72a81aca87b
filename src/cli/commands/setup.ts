import type { SetupStep } from '../../store/port.ts';
import type { Effects } from '../effects.ts';
import { safe } from '../safe-text.ts';
import { table, type TableColumn } from '../table.ts';

/** `hunt setup`: makes what the store needs, or with --dry-run says what it would make. May be run again. */
export async function setup(
  flags: { readonly dryRun?: boolean },
  { out, store, signal }: Pick<Effects, 'out' | 'store' | 'signal'>,
): Promise<number> {
  const steps = await (await store()).setup({ dryRun: flags.dryRun === true }, signal);
  const columns: TableColumn<SetupStep>[] = [
    { name: 'STATUS', cell: ({ status }) => (status === 'present' ? out.paint.dim(status) : out.paint.green(status)) },
    { name: 'WHAT', cell: ({ what }) => what },
  ];
  out.answer(steps, () => table(steps, columns, out.paint, out.width));
  if (steps.every(({ status }) => status === 'present')) out.note(safe`Nothing to do`);
  return 0;
}
