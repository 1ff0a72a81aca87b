import { HuntError } from '../../core/error.ts';
import type { ErrorCode } from '../../core/error.ts';
import type { Sighting } from '../../core/finding.ts';
import type { BulkOperation, BulkOutcome, StoredDocument } from '../../elastic/document-calls.ts';
import type { Document } from '../documents/document.ts';
import type { StoreClient } from './client.ts';
import { findingDocument } from '../documents/finding-document.ts';
import type { FindingWrite, WriteOutcome, WriteResult } from '../port.ts';
import { sightingDocument, sightingId } from '../documents/sighting-document.ts';
import type { Kind } from './templates.ts';

/**
 * Texts of one bulk body, in UTF-16 units. Elasticsearch refuses bodies over 100 MB (`http.max_content_length`), and a unit
 * is at most 6 bytes of JSON (a control character); 1,000 ordinary findings with their sightings are 7 million.
 */
const BODY_UNITS = 16_000_000;

type Call = Parameters<StoreClient['bulk']>[2];

interface Target {
  readonly client: StoreClient;
  readonly aliasOf: (kind: Kind) => string;
}

/** Findings onto their marks, sightings as they are: one bulk, unless their texts are huge. */
export async function writeAll(
  { client, aliasOf }: Target,
  findings: readonly FindingWrite[],
  sightings: readonly Sighting[],
  call: Call,
): Promise<WriteResult> {
  const operations = [
    ...findings.map((write) => findingOperation(write, aliasOf('findings'))),
    ...sightings.map((sighting) => sightingOperation(sighting, aliasOf('sightings'))),
  ];
  const outcomes = await bulk(client, operations, call);
  return {
    findings: findings.map(({ finding }, at) => outcomeOf(finding.state.fingerprint, outcomes[at])),
    refusedSightings: sightings.flatMap((sighting, at) => {
      const because = reasonOf(outcomes[findings.length + at]);
      return because === null ? [] : [{ sighting, because }];
    }),
  };
}

/** One document; STORE_REFUSED, with the reason, when the server does not take it. */
export async function writeOne(client: StoreClient, operation: BulkOperation, call: Call): Promise<void> {
  const [outcome] = await bulk(client, [operation], call);
  refuseUnlessWritten(operation, outcome);
}

/** The mark of a document as it was read. */
export function markOf({ seqNo, primaryTerm }: Pick<StoredDocument, 'seqNo' | 'primaryTerm'>): string {
  return `${seqNo}.${primaryTerm}`;
}

/** One document onto its mark, or as the first of its id; STORE_REFUSED, with the reason, when it is not taken as it is. */
export async function writeOnto(
  client: StoreClient,
  write: { readonly index: string; readonly id: string; readonly document: Document; readonly mark: string | null },
  call: Call,
): Promise<'written' | 'conflict'> {
  const operation = ontoMark(write);
  const [outcome] = await bulk(client, [operation], call);
  if (outcome?.status === 409) return 'conflict';
  refuseUnlessWritten(operation, outcome);
  return 'written';
}

/** STORE_REFUSED, with the reason, unless the server took the document. */
export function refuseUnlessWritten(operation: BulkOperation, outcome: BulkOutcome | undefined): void {
  const because = reasonOf(outcome);
  if (because === null) return;
  throw new HuntError('STORE_REFUSED', `Cannot write "${operation.id}" to "${operation.index}": ${because}`, {
    remedy: 'Look at the reason; run "hunt setup" if the index was changed by hand',
  });
}

function findingOperation({ finding, mark }: FindingWrite, index: string): BulkOperation {
  return ontoMark({ index, id: finding.state.fingerprint, document: findingDocument(finding), mark });
}

/** A document onto its mark; null: as the first of its id. */
export function ontoMark({ mark, ...write }: Parameters<typeof writeOnto>[1]): BulkOperation {
  if (mark === null) return { ...write, action: 'create' };
  const [seqNo, primaryTerm] = mark.split('.').map(Number);
  return { ...write, action: 'index', mark: { seqNo: seqNo ?? -1, primaryTerm: primaryTerm ?? -1 } };
}

function sightingOperation(sighting: Sighting, index: string): BulkOperation {
  return { action: 'index', index, id: sightingId(sighting), document: sightingDocument(sighting) };
}

/** What became of each operation, in order; rejects for what concerns no single document. */
export async function bulk(
  client: StoreClient,
  operations: readonly BulkOperation[],
  call: Call,
  { requireAlias = true }: { readonly requireAlias?: boolean } = {},
): Promise<BulkOutcome[]> {
  const outcomes: BulkOutcome[] = [];
  for (const batch of batches(operations)) outcomes.push(...(await client.bulk(batch, { requireAlias }, call)));
  throwIfUnfit(outcomes);
  return outcomes;
}

function batches(operations: readonly BulkOperation[]): BulkOperation[][] {
  const all: BulkOperation[][] = [];
  let room = 0;
  for (const operation of operations) {
    const units = operation.action === 'delete' ? operation.id.length : unitsOf(operation.document);
    room -= units;
    if (room < 0 || all.length === 0) {
      all.push([]);
      room = BODY_UNITS - units;
    }
    all.at(-1)?.push(operation);
  }
  return all;
}

/** Length of all texts: half the time of making the JSON, and nothing else can be huge. */
function unitsOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let units = 0;
  for (const inner of Array.isArray(value) ? value : Object.values(value)) units += unitsOf(inner);
  return units;
}

/** A bulk answers 200 whatever became of its items. Statuses that concern no single document end the write. */
function throwIfUnfit(outcomes: readonly BulkOutcome[]): void {
  for (const { status, error } of outcomes) {
    const fault = error?.type === 'cluster_block_exception' ? BLOCKED : UNFIT.get(status);
    if (fault === undefined || error === null) continue;
    throw new HuntError(
      fault.code,
      `Cannot write to the store: ${error.type}: ${error.reason.replace(/[.;\s]+$/, '')}`,
      {
        remedy: fault.remedy,
      },
    );
  }
}

interface Fault {
  readonly code: ErrorCode;
  readonly remedy: string;
}

/** 403 by a person's block, 429 by a full disk's (flood stage): neither is a matter of privileges, nor of waiting. */
const BLOCKED: Fault = { code: 'STORE_REFUSED', remedy: 'Remove the write block of the index; a full disk sets it' };

/** 404 is an alias that does not exist: without `require_alias` an index of that name would be made, without a mapping. */
const UNFIT: ReadonlyMap<number, Fault> = new Map([
  [403, { code: 'PRIVILEGE', remedy: 'Grant the index privilege "write" on the indices of the store to the user' }],
  [404, { code: 'STORE_NOT_READY', remedy: 'Run "hunt setup"' }],
  [429, { code: 'OVERLOADED', remedy: 'Try again later, or run fewer hunts at once' }],
  [503, { code: 'OVERLOADED', remedy: 'Look at the health of the cluster, and try again later' }],
]);

function outcomeOf(
  fingerprint: FindingWrite['finding']['state']['fingerprint'],
  outcome: BulkOutcome | undefined,
): WriteOutcome {
  if (outcome?.status === 409) return { fingerprint, status: 'conflict' };
  const because = reasonOf(outcome);
  return because === null ? { fingerprint, status: 'written' } : { fingerprint, status: 'refused', because };
}

function reasonOf(outcome: BulkOutcome | undefined): string | null {
  if (outcome === undefined) return 'the answer does not tell of it';
  return outcome.error === null ? null : `${outcome.error.type}: ${outcome.error.reason}`;
}
