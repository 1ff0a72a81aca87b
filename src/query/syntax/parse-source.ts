// Stages whose words are index names: FROM, LOOKUP JOIN, ENRICH.
import type { Enrich, From, LookupJoin, SourceRef, TextSpan } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { excerpt } from './fault.ts';
import { parseJoinKey } from './parse-expression.ts';
import { parsePlainName } from './parse-name.ts';

/** `[-][cluster:]index[::selector]`. */
const SOURCE_SHAPE = /^-?(?:[^:`?]+:)?[^:`?]+(?:::[^:`?]+)?$/;
const METADATA_NAME = /^_[A-Za-z0-9_]+$/;

/** `FROM source, … METADATA field, …`. */
export function parseFrom(cursor: Cursor, start: number): From {
  const sources = cursor.list(parseSourceRef);
  const metadata = cursor.acceptWord('METADATA') ? parseMetadataList(cursor) : [];
  return { kind: 'from', sources, metadata, span: cursor.spanFrom(start) };
}

function parseSourceRef(cursor: Cursor): SourceRef {
  if (cursor.isSymbol('(')) {
    const hint = 'Name several indices with commas, or write one hunt for each';
    throw cursor.stop('needs-newer-version', 'A query inside FROM needs Elasticsearch 9.5', hint);
  }
  if (cursor.current.text.startsWith('?')) {
    const hint = 'Write the index name itself: Elasticsearch reads a parameter there as a name';
    throw cursor.stop(
      'param-as-name',
      `FROM cannot take its index from the parameter "${excerpt(cursor.current.text)}"`,
      hint,
    );
  }
  if (cursor.isWord('METADATA')) throw cursor.unexpected('an index');
  const pattern = parseIndexName(cursor);
  return { pattern: pattern.value, span: pattern.span };
}

/** A bare or quoted index name; the two are not mixed in one (refused since 9.1). */
function parseIndexName(cursor: Cursor): { readonly value: string; readonly span: TextSpan } {
  const { kind, value, span } = cursor.current;
  if (kind !== 'source' && kind !== 'string') throw cursor.unexpected('an index');
  cursor.take();
  const glued = cursor.current.span.start === span.end && ['source', 'string'].includes(cursor.current.kind);
  if (glued)
    throw cursor.stop('mixed-quotes', 'An index name is quoted in part', 'Put all of it in quotes: "cluster:index"');
  const isName = kind === 'string' ? value.trim() !== '' : SOURCE_SHAPE.test(value);
  if (isName) return { value, span };
  throw cursor.stop(
    'bad-index',
    `"${excerpt(value)}" is no index name`,
    'Write index, cluster:index or -index, or quote it',
    span,
  );
}

function parseMetadataList(cursor: Cursor): readonly string[] {
  const names = new Set<string>();
  cursor.list((at) => {
    const { span } = at.current;
    const name = parseMetadata(at);
    if (names.has(name))
      throw at.stop('duplicate-metadata', `"${name}" is asked for twice`, 'Remove one of them', span);
    names.add(name);
  });
  return [...names];
}

function parseMetadata(cursor: Cursor): string {
  const { value, span } = cursor.expect('source', 'a metadata field');
  if (METADATA_NAME.test(value)) return value;
  const hint = 'Metadata fields are _id, _index, _version, _source, _score and _ignored';
  throw cursor.stop('bad-metadata', `"${excerpt(value)}" is no metadata field`, hint, span);
}

/** `LOOKUP JOIN index ON column, …`. */
export function parseLookupJoin(cursor: Cursor, start: number): LookupJoin {
  cursor.expectWord('JOIN');
  const { value: index, span } = parseIndexName(cursor);
  if (/[*:]|^-/.test(index)) {
    throw cursor.stop(
      'bad-index',
      `LOOKUP JOIN takes one index, not "${excerpt(index)}"`,
      'Write the name of one lookup index',
      span,
    );
  }
  cursor.expectWord('ON');
  return { kind: 'lookup_join', index, on: cursor.list(parseJoinKey), span: cursor.spanFrom(start) };
}

/** `ENRICH policy ON field WITH [name =] field, …`. */
export function parseEnrich(cursor: Cursor, start: number): Enrich {
  const policy = cursor.expect('source', 'an enrich policy').value;
  const on = cursor.acceptWord('ON') ? parsePlainName(cursor).name : null;
  const fields = cursor.acceptWord('WITH') ? cursor.list(parseEnrichField) : [];
  return { kind: 'enrich', policy, on, with: fields, span: cursor.spanFrom(start) };
}

function parseEnrichField(cursor: Cursor): Enrich['with'][number] {
  const { name } = parsePlainName(cursor);
  return cursor.acceptSymbol('=') ? { name, field: parsePlainName(cursor).name } : { name: null, field: name };
}
