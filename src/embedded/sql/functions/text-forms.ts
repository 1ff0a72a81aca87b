import { BUILT_MAX, JAVA_SPACES } from '../../../query/functions/text.ts';
import { plain } from '../sql-types.ts';
import { constantText, ofPlain, reference } from './fallback.ts';
import type { ScalarSql } from './port.ts';

/** Beyond ASCII DuckDB folds case in other ways than the root locale does (ß to ẞ): as many bytes as characters is ASCII. */
const folded = (name: string, native: string): ScalarSql =>
  ofPlain(
    ([text], signature, values, context) =>
      `(CASE WHEN strlen(${text}) = length(${text}) THEN ${native}(${text}) ELSE ${reference(name, values, signature, context)} END)`,
  );

const call = (native: string): ScalarSql => ofPlain((args) => `${native}(${args.join(', ')})`);

const trimmed = (native: string): ScalarSql =>
  ofPlain(([text], _signature, _values, context) => `${native}(${text}, ${context.param(JAVA_SPACES, 'keyword')})`);

/** Longer results are left to the reference, which refuses them. In bytes, never fewer than UTF-16 units. */
const concat: ScalarSql = ofPlain((args, signature, values, context) => {
  const built = `(${args.join(' || ')})`;
  return `(CASE WHEN strlen(${built}) <= ${BUILT_MAX} THEN ${built} WHEN ${built} IS NOT NULL THEN ${reference('CONCAT', values, signature, context)} END)`;
});

/** 1-based in characters; 0 is 1, a negative start counts from the end, a negative length has no value. */
const substring: ScalarSql = ofPlain(([text, start, length]) => {
  const from = `(CASE WHEN ${start} > 0 THEN ${start} WHEN ${start} < 0 THEN greatest(1, length(${text}) + ${start} + 1) WHEN ${start} = 0 THEN 1 END)`;
  return length === undefined
    ? `substring(${text}, ${from})`
    : `(CASE WHEN ${length} >= 0 THEN substring(${text}, ${from}, ${length}) END)`;
});

const ends = (native: string): ScalarSql =>
  ofPlain(([text, length]) => `(CASE WHEN ${length} IS NOT NULL THEN ${native}(${text}, greatest(0, ${length})) END)`);

const locate: ScalarSql = ofPlain(([text, sought, start]) =>
  start === undefined ? `CAST(instr(${text}, ${sought}) AS INTEGER)` : null,
);

/** A pattern and a replacement without signs mean the same to Java, JavaScript and DuckDB: the text itself. */
const replace: ScalarSql = ofPlain(([text, regex, by], signature, values, context) => {
  const [, pattern, replacement] = values.map(constantText);
  const literal = typeof pattern === 'string' && /^[\w ,:;=@%&#/-]+$/.test(pattern);
  if (!literal || typeof replacement !== 'string' || /[\\$]/.test(replacement)) return null;
  const replaced = `replace(${text}, ${regex}, ${by})`;
  return `(CASE WHEN strlen(${replaced}) <= ${BUILT_MAX} THEN ${replaced} WHEN ${text} IS NOT NULL THEN ${reference('REPLACE', values, signature, context)} END)`;
});

const split: ScalarSql = ([text, delimiter], { result }) =>
  text === undefined || delimiter === undefined || text.several || delimiter.several
    ? null
    : {
        ...plain(
          `(CASE WHEN strlen(${delimiter.sql}) = 1 THEN string_split(${text.sql}, ${delimiter.sql}) END)`,
          result,
        ),
        several: true,
      };

export const TEXT_FORMS: ReadonlyMap<string, ScalarSql> = new Map([
  ['TO_LOWER', folded('TO_LOWER', 'lower')],
  ['TO_UPPER', folded('TO_UPPER', 'upper')],
  ['LENGTH', ofPlain(([text]) => `CAST(length(${text}) AS INTEGER)`)],
  ['BYTE_LENGTH', ofPlain(([text]) => `CAST(strlen(${text}) AS INTEGER)`)],
  ['STARTS_WITH', call('starts_with')],
  ['ENDS_WITH', call('ends_with')],
  ['CONTAINS', call('contains')],
  ['CONCAT', concat],
  ['SUBSTRING', substring],
  ['LEFT', ends('left')],
  ['RIGHT', ends('right')],
  ['TRIM', trimmed('trim')],
  ['LTRIM', trimmed('ltrim')],
  ['RTRIM', trimmed('rtrim')],
  ['LOCATE', locate],
  ['REPLACE', replace],
  ['SPLIT', split],
]);
