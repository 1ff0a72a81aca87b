import { HuntError } from '../../core/error.ts';
import { type Explained, explainFinding } from '../../pipeline/explain-finding.ts';
import { type Effects, readyStore } from '../effects.ts';
import { findFinding } from '../finding-ids.ts';
import type { Paint } from '../views/paint.ts';
import { safe, type SafeText } from '../views/safe-text.ts';
import { table, type TableColumn } from '../views/table.ts';
import { shortId } from '../views/view-finding.ts';

type ExplainEffects = Pick<Effects, 'out' | 'store' | 'stock' | 'signal' | 'now'>;

/** `hunt findings explain`: what of the hunt, as it stands now, would leave the finding out, and what would not. */
export async function explainFindings(id: string, effects: ExplainEffects): Promise<number> {
  const { out, signal, now, stock } = effects;
  const store = await readyStore(effects);
  const { finding } = await findFinding(id, store, signal);
  const { huntId, runId } = finding.state.latest;
  const checked = (await stock()).checked.get(huntId);
  if (checked === undefined) {
    throw new HuntError('NOT_FOUND', `Hunt "${huntId}" of this finding is not here, or has errors`, {
      remedy: 'See hunt check',
    });
  }
  const record = await store.run(runId, signal);
  const explained = explainFinding(checked, finding.state, { columns: record?.columns ?? [], now: now() });
  out.answer(explained, () => explainedTable(explained, out.paint, out.width));
  const covering = explained.filter(({ active, covers }) => active && covers === true);
  out.note(
    covering.length === 0
      ? safe`Nothing would leave it out`
      : safe`${hintOf(covering, shortId(finding.state.fingerprint))}`,
  );
  return 0;
}

/** A stored finding is not touched by a changed exception: the analyst settles it. */
function hintOf(covering: readonly Explained[], id: string): SafeText {
  const exception = covering.find(({ by }) => by === 'exception');
  if (exception === undefined) return safe`A list would leave it out from now on`;
  return safe`To settle it: hunt findings set ${id} --status closed --disposition benign --covered-by ${exception.name}`;
}

function explainedTable(explained: readonly Explained[], paint: Paint, width: number | null): SafeText {
  const columns: TableColumn<Explained>[] = [
    { name: 'BY', cell: ({ by, name }) => `${by} ${name}` },
    { name: 'WOULD LEAVE IT OUT', cell: ({ active, covers }) => answerOf(active, covers, paint) },
    { name: 'BECAUSE', cell: ({ because }) => because },
  ];
  return explained.length === 0 ? safe`` : table(explained, columns, paint, width);
}

function answerOf(active: boolean, covers: boolean | null, { green, dim }: Paint): SafeText {
  if (covers === null) return dim('unknown, so no');
  if (!covers) return dim('no');
  return active ? green('yes') : dim('it did, but has expired');
}
