import { LineCounter, parseDocument, type ParsedNode, type Scalar, type YAMLError } from 'yaml';
import type { Place, PlacedText } from '../core/place.ts';
import type { Checked, Problem } from '../core/problem.ts';
import { decodeText } from './decode.ts';
import { placedTextOf } from './placed-text.ts';
import { readTree } from './yaml-tree.ts';

/** A well-formed YAML file: its value, and where each part of it stands, by dotted path. */
export interface YamlFile {
  readonly file: string;
  /** Objects without prototype, arrays and scalars. */
  readonly value: unknown;
  readonly places: ReadonlyMap<string, Place>;
  /** Places of the keys themselves, for what is wrong with a key. */
  readonly keyPlaces: ReadonlyMap<string, Place>;
  /** The text of the scalar at a path with its way back into the file; null where there is no text. */
  textAt(path: string): PlacedText | null;
}

/** Reads one YAML document; every fault of its syntax is a problem with its place. Never throws. */
export function parseYaml(file: string, bytes: Uint8Array): Checked<YamlFile> {
  const text = decodeText(file, bytes);
  if (!text.ok) return text;
  const lines = new LineCounter();
  // uniqueKeys: yaml compares each key with each other one, seconds on a hostile file; readTree does it with a set.
  const document = parseDocument<ParsedNode>(text.value, {
    lineCounter: lines,
    uniqueKeys: false,
    prettyErrors: false,
  });
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const faults = [...document.errors, ...document.warnings].map((error) => syntaxProblem(error, placeOf(error.pos[0])));
  if (faults.length > 0) return { ok: false, problems: faults };
  if (document.contents === null || document.contents.range[1] === 0)
    return { ok: false, problems: [emptyProblem(file)] };

  const tree = readTree(document, placeOf);
  if (tree.problems.length > 0) return { ok: false, problems: tree.problems };
  const textAt = (path: string): PlacedText | null => {
    const node: Scalar.Parsed | undefined = tree.scalars.get(path);
    return node === undefined || typeof node.value !== 'string'
      ? null
      : placedTextOf(node, node.value, text.value, placeOf);
  };
  return {
    ok: true,
    value: { file, value: tree.value, places: tree.places, keyPlaces: tree.keyPlaces, textAt },
    problems: [],
  };
}

/** What people mean to write where yaml stumbles, by its error code. */
const SYNTAX_HINTS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Indent with spaces',
  MULTIPLE_DOCS: 'Keep one document per file: put what follows --- into a file of its own',
  BAD_SCALAR_START: 'Quote the value, or write it as a block after |',
  BLOCK_AS_IMPLICIT_KEY: 'Quote a value that holds ": ", or write it as a block after |',
  TAG_RESOLVE_FAILED: 'Remove the tag; plain YAML values are enough',
  MISSING_CHAR: 'Close the quote or the bracket, or quote the whole value',
  BAD_INDENT: 'Indent keys of one level alike, and more than their parent',
};

function syntaxProblem(error: YAMLError, place: Place): Problem {
  const several = error.code === 'MULTIPLE_DOCS';
  const message = several ? 'The file holds several documents' : error.message.replace(/\.$/, '');
  const hint = SYNTAX_HINTS[error.code] ?? 'Mend the YAML here; ES|QL stands best in a block after |';
  return { rule: 'yaml-syntax', severity: 'error', place, message, hint };
}

function emptyProblem(file: string): Problem {
  const place = { file, line: 1, column: 1 };
  return {
    rule: 'file-empty',
    severity: 'error',
    place,
    message: 'The file holds nothing',
    hint: 'Write the definition, or remove the file',
  };
}
