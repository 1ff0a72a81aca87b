import { resolve } from 'node:path';
import { HuntError } from '../../core/error.ts';
import type { KibanaStep } from '../../kibana/set-up.ts';
import type { SetupStep } from '../../store/port.ts';
import type { Effects } from '../effects.ts';
import { safe, SafeText } from '../views/safe-text.ts';
import { saveFile } from '../save-file.ts';
import { table, type TableColumn } from '../views/table.ts';

export interface SetupFlags {
  readonly dryRun?: boolean;
  readonly kibana?: boolean;
  readonly export?: string;
}

type Step = SetupStep | KibanaStep;

/** `hunt setup`: makes what the store needs, or with --dry-run says what it would make. May be run again. */
export async function setup(flags: SetupFlags, effects: Effects): Promise<number> {
  if (flags.export !== undefined) return exportKibana(flags.export, effects);
  const { out, store, signal } = effects;
  const dryRun = flags.dryRun === true;
  // What is wrong with the configuration is told before anything is made.
  const setUpKibana = flags.kibana === true ? await effects.kibana() : () => Promise.resolve([]);
  const steps: Step[] = [...(await (await store()).setup({ dryRun }, signal)), ...(await setUpKibana({ dryRun }))];
  const columns: TableColumn<Step>[] = [
    { name: 'STATUS', cell: ({ status }) => (status === 'present' ? out.paint.dim(status) : out.paint.green(status)) },
    { name: 'WHAT', cell: ({ what }) => what },
  ];
  out.answer(steps, () => table(steps, columns, out.paint, out.width));
  if (steps.every(({ status }) => status === 'present')) out.note(safe`Nothing to do`);
  return 0;
}

/** The objects for Kibana as a file that people import by hand; no server is asked. */
async function exportKibana(file: string, { out, cwd, config }: Effects): Promise<number> {
  if (file === '-' && out.format !== 'text') {
    throw new HuntError('USAGE', 'Cannot write the objects and JSON about them to the same place', {
      remedy: 'Name a file with --export, or leave out --json and --ndjson',
    });
  }
  const { exportFile } = await import('../../kibana/objects.ts');
  const text = exportFile({ prefix: (await config()).elasticsearch?.prefix ?? USUAL_PREFIX, space: null });
  const told = { file: file === '-' ? null : file, objects: text.trimEnd().split('\n').length };
  if (file === '-') out.answer(null, () => SafeText.vouched(text.trimEnd()));
  else {
    await saveFile(resolve(cwd, file), file, text);
    out.answer(told, () => safe`${file}`);
  }
  out.note(safe`${told.objects} objects; import them in Kibana: Stack Management, Saved Objects, Import`);
  return 0;
}

/** Of the indices, where no Elasticsearch is configured here. */
const USUAL_PREFIX = 'hunt';
