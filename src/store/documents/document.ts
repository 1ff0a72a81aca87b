/** A document as the store's server takes it: JSON. */
export type Document = Readonly<Record<string, unknown>>;

/** The version of the Elastic Common Schema whose field names and types the documents follow. */
export const ECS_VERSION = '9.4.0';

/** Absent says what null would say, and searches read both alike. */
export function withoutNulls(document: Document): Document {
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== null));
}
