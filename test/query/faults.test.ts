import { describe, expect, it } from 'vitest';
import { parseExpression, parseQuery } from '../../src/query/syntax/parse.ts';

/** Rule and the text it points at, of each fault. */
function faultsOf(text: string, parse: typeof parseQuery | typeof parseExpression = parseQuery): string[] {
  const parsed = parse(text);
  return parsed.ok ? [] : parsed.faults.map(({ rule, span }) => `${rule} <${text.slice(span.start, span.end)}>`);
}

function hintsOf(text: string): string[] {
  const parsed = parseQuery(text);
  return parsed.ok ? [] : parsed.faults.map(({ hint }) => hint);
}

describe('faults of expressions', () => {
  it.each([
    ['a = 1', 'single-equals <=>'],
    ['(a = 1) AND b', 'single-equals <=>'],
    ['a == null', 'null-comparison <a == null>'],
    ['null != a', 'null-comparison <null != a>'],
    ['a NOT IN (null)', 'null-comparison <a NOT IN (null)>'],
    ["a == 'x'", "single-quotes <'x'>"],
    [String.raw`a LIKE "\*x"`, 'illegal-escape <\\*>'],
    [String.raw`a == "ok\\\?"`, 'illegal-escape <\\?>'],
    ['a == "x', 'unterminated-string <"x>'],
    ['a == """x', 'unterminated-string <"""x>'],
    ['a /* b', 'unterminated-comment </*>'],
    ['`a', 'unterminated-name <`>'],
    ['`` == 1', 'empty-name <``>'],
    ['a BETWEEN 1 AND 2', 'no-between <BETWEEN>'],
    ['port between 1 and 2', 'no-between <between>'],
    ['first == 1', 'reserved-word <first>'],
    ['a.by == 1', 'reserved-word <by>'],
    ['a == b == c', 'chained-comparison <==>'],
    ['a ==', 'unexpected-end <>'],
    ['', 'unexpected-end <>'],
    ['a OR )', 'unexpected-token <)>'],
    ['now(-)', 'unexpected-token <)>'],
    ['a b', 'unexpected-token <b>'],
    ['a || b', 'foreign-operator <||>'],
    ['a && b', 'foreign-operator <&&>'],
    ['a <> b', 'foreign-operator <<>>'],
    ['!a', 'foreign-operator <!>'],
    ['a == é', 'unexpected-character <é>'],
    ['a | b', 'pipe-in-expression <|>'],
    ['5 foo', 'unknown-unit <foo>'],
    ['1.5 hours', 'bad-duration <1.5>'],
    ['1e999', 'number-too-large <1e999>'],
    ['[1, "a"]', 'mixed-array <"a">'],
    ['[1, null]', 'array-item <null>'],
    ['f({"a": 1}, 2)', 'map-position <{"a": 1}>'],
    ['f(1, {"a": 1, "a": 2})', 'map-key <"a">'],
    ['f(1, {"a": null})', 'unexpected-token <null>'],
    ['f(1, {})', 'unexpected-token <}>'],
    ['f({"a": 1})', 'map-position <{"a": 1}>'],
    ['a : ??b', 'param-as-name <??b>'],
    ['a LIKE ?p', 'pattern-not-literal <?p>'],
    ['a RLIKE ("x", "y")', 'needs-newer-version <(>'],
    ['a IN (FROM b)', 'needs-newer-version <FROM>'],
    ['a + b : "x"', 'match-needs-field <:>'],
    ['(a) : "x"', 'match-needs-field <:>'],
    ['??f(x)', 'param-as-name <??f>'],
    ['CASE WHEN a THEN b', 'sql-case <WHEN>'],
    ['a ILIKE "x"', 'no-ilike <ILIKE>'],
    ['COUNT(DISTINCT x)', 'no-distinct <DISTINCT>'],
  ])('%s', (text, expected) => {
    expect(faultsOf(text, parseExpression)).toEqual([expected]);
  });

  it('refuses half of a surrogate pair at its place', () => {
    expect(parseExpression('a == "\ud800"')).toMatchObject({
      ok: false,
      faults: [{ rule: 'broken-character', span: { start: 6, end: 7 } }],
    });
  });
});

describe('faults of queries', () => {
  it.each([
    ['', 'empty-query <>'],
    ['FROM a |', 'empty-stage <>'],
    ['FROM a | | LIMIT 1', 'empty-stage <>'],
    ['WHERE a', 'missing-source <WHERE>'],
    ['FROM a | FROM b', 'misplaced-source <FROM>'],
    ['FROM a | WEHRE x', 'unknown-command <WEHRE>'],
    ['FROM a | INLINE STATS x = COUNT(*)', 'needs-newer-version <INLINE>'],
    ['FROM a | FORK (WHERE x) (WHERE y)', 'needs-newer-version <FORK>'],
    ['SET x = 1; FROM a', 'needs-newer-version <SET>'],
    ['TS a', 'needs-newer-version <TS>'],
    ['FROM a | COMPLETION x = y WITH {"a": 1}', 'needs-newer-version <COMPLETION>'],
    ['FROM a | CHANGE_POINT x', 'needs-newer-version <CHANGE_POINT>'],
    ['FROM a, (FROM b)', 'needs-newer-version <(>'],
    ['FROM a | LIMIT 5 BY x', 'needs-newer-version <BY>'],
    ['FROM a | LOOKUP JOIN b ON x == y', 'needs-newer-version <==>'],
    ['SHOW INFO', 'unsupported-command <SHOW>'],
    ['FROM ?x', 'param-as-name <?x>'],
    ['FROM a b', 'unexpected-token <b>'],
    ['FROM eu:"logs"', 'mixed-quotes <"logs">'],
    ['FROM a [METADATA _id]', 'brackets <[>'],
    ['FROM a METADATA _id, _index, _id', 'duplicate-metadata <_id>'],
    ['FROM a | GROK m "x", "y"', 'needs-newer-version <,>'],
    ['FROM a | LIMIT ??n', 'param-as-name <??n>'],
    ['FROM a METADATA id', 'bad-metadata <id>'],
    ['FROM METADATA _id', 'unexpected-token <METADATA>'],
    ['FROM a | STATS', 'unexpected-end <>'],
    ['FROM a | STATS n = by', 'reserved-word <by>'],
    ['FROM a | STATS first = MIN(x)', 'reserved-word <first>'],
    ['FROM a | EVAL x AS y', 'no-as <AS>'],
    ['FROM a | EVAL ??x = 1', 'param-as-name <??x>'],
    ['FROM a | RENAME a* AS b', 'wildcard <a*>'],
    ['FROM a | KEEP ??x', 'param-as-name <??x>'],
    ['FROM a | KEEP 1x', 'bad-name <1x>'],
    ['FROM a | LIMIT -1', 'bad-limit <-1>'],
    ['FROM a | LIMIT "1"', 'bad-limit <"1">'],
    ['FROM a | SAMPLE 1', 'bad-sample <1>'],
    ['FROM a | LOOKUP JOIN b* ON x', 'bad-index <b*>'],
  ])('%s', (text, expected) => {
    expect(faultsOf(text)).toEqual([expected]);
  });

  it('come from every stage at once', () => {
    expect(faultsOf("FROM a\n| WHERE a = 1\n| EVAL b = 'x'\n| KEEP c\n| SRT d")).toEqual([
      'single-equals <=>',
      "single-quotes <'x'>",
      'unknown-command <SRT>',
    ]);
  });

  it('say how to mend it', () => {
    expect(hintsOf('FROM a | WEHRE x')).toEqual(['Did you mean WHERE?']);
    expect(hintsOf('FROM a | WHERE x LIK "y"')).toEqual(['Did you mean LIKE?']);
    expect(hintsOf('FROM a | WHERE x != null')).toEqual(['Write IS NOT NULL']);
    expect(hintsOf('FROM a | STATS first = MIN(x)')[0]).toContain('backticks: `first`');
  });
});
