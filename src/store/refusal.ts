/** Longest term of Lucene, in bytes: Elasticsearch cannot index a longer keyword, and refuses the document. */
const TERM_BYTES = 32_766;

/** Why a document is not kept, or null. Every store refuses what Elasticsearch would, so that a site can move there. */
export function refusalOf({ huntId }: { readonly huntId: string }): string | null {
  return Buffer.byteLength(huntId) > TERM_BYTES ? `hunt.id is longer than ${TERM_BYTES} bytes` : null;
}
