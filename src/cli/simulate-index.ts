import { createHash } from 'node:crypto';
import { HuntError } from '../core/error.ts';
import { MINUTE_MS } from '../core/time.ts';
import type { BulkOperation, BulkOutcome } from '../elastic/document-calls.ts';
import type { ElasticClient } from '../elastic/client.ts';
import { withBackOff } from '../engine/back-off.ts';
import type { Simulation } from '../simulate/simulate.ts';
import type { Effects } from './effects.ts';

/** How long an overloaded server is waited for, for one batch. */
const PATIENCE_MS = 5 * MINUTE_MS;
const CONFLICT = 409;
const OVERLOADED = 429;

/**
 * Writes a simulation into its data stream. A document's id is made of what it holds and of its number, so writing
 * again after an interruption doubles nothing.
 */
export async function indexSimulation(
  simulation: Simulation,
  client: Pick<ElasticClient, 'bulk' | 'refresh'>,
  effects: Pick<Effects, 'sleep' | 'random' | 'monotonic' | 'signal'>,
  onLines: (count: number) => void,
): Promise<void> {
  const written = new Set<string>([simulation.index]);
  for (const batch of operations(simulation)) {
    effects.signal.throwIfAborted();
    await writeBatch(batch, client, effects);
    for (const { index } of batch) written.add(index);
    onLines(batch.length);
  }
  for (const index of written) await client.refresh(index, { signal: effects.signal });
}

function* operations({ batches, index }: Simulation): Generator<readonly BulkOperation[]> {
  let number = 0;
  for (const lines of batches()) {
    yield lines.map((line) => {
      const id = createHash('sha256').update(`${number++} ${line}`).digest('base64url').slice(0, 20);
      const document = JSON.parse(line) as { readonly data_stream?: DataStream };
      return { action: 'create', index: streamOf(document.data_stream) ?? index, id, document };
    });
  }
}

interface DataStream {
  readonly type: string;
  readonly dataset: string;
  readonly namespace: string;
}

/** A simulation writes several data sets; each document names its own. */
function streamOf(stream: DataStream | undefined): string | null {
  return stream === undefined ? null : `${stream.type}-${stream.dataset}-${stream.namespace}`;
}

/** What the server is too busy for is sent again; what it has already counts as written. */
async function writeBatch(
  batch: readonly BulkOperation[],
  client: Pick<ElasticClient, 'bulk'>,
  { sleep, random, monotonic, signal }: Pick<Effects, 'sleep' | 'random' | 'monotonic' | 'signal'>,
): Promise<void> {
  let left = batch;
  const attempt = async (): Promise<void> => {
    const outcomes = await client.bulk(left, { requireAlias: false }, { signal });
    left = left.filter((_, at) => outcomes[at]?.status === OVERLOADED);
    refuse(outcomes);
    if (left.length > 0) {
      throw new HuntError('OVERLOADED', `Cannot write ${left.length} documents: Elasticsearch is too busy`, {
        remedy: 'Run the same command again later: what is written stays',
      });
    }
  };
  const deadline = monotonic() + PATIENCE_MS;
  await withBackOff(['OVERLOADED'], attempt, { effects: { sleep, random, now: monotonic }, signal, deadline });
}

function refuse(outcomes: readonly BulkOutcome[]): void {
  const refused = outcomes.find(({ status, error }) => error !== null && status !== CONFLICT && status !== OVERLOADED);
  if (refused?.error == null) return;
  throw new HuntError(
    'STORE_REFUSED',
    `Cannot write simulated events: ${refused.error.type}: ${refused.error.reason}`,
    {
      remedy: 'Look at the index template of the data stream: the fields are those of ECS',
    },
  );
}
