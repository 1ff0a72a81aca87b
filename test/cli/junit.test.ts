import { describe, expect, it } from 'vitest';
import { junitXml } from '../../src/cli/junit.ts';
import type { TestResult } from '../../src/pipeline/test-hunt.ts';

const CASE: TestResult = {
  huntId: 'net/one',
  test: { name: 'a case', events: [], params: {}, tile: null, finds: [], verdict: null },
  faults: [],
  record: null,
  skippedFor: [],
  tookMs: 1_234,
};

describe('JUnit XML', () => {
  it('has a suite for each hunt, with totals, and tells failures from errors', () => {
    const results: TestResult[] = [
      CASE,
      { ...CASE, faults: [{ kind: 'verdict', expected: 'clean', found: 'blind' }] },
      { ...CASE, huntId: 'net/two', skippedFor: ['endpoint.network'] },
      { ...CASE, huntId: 'net/two', faults: [{ kind: 'error', code: 'NOT_FOUND', message: 'No file', remedy: null }] },
    ];
    expect(junitXml(results)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="1" errors="1" skipped="1" time="4.936">
  <testsuite name="net/one" tests="2" failures="1" errors="0" skipped="0" time="2.468">
    <testcase classname="net/one" name="a case" time="1.234"/>
    <testcase classname="net/one" name="a case" time="1.234">
      <failure message="verdict: expected clean, was blind">  verdict: expected clean, was blind</failure>
    </testcase>
  </testsuite>
  <testsuite name="net/two" tests="2" failures="0" errors="1" skipped="1" time="2.468">
    <testcase classname="net/two" name="a case" time="1.234">
      <skipped/>
    </testcase>
    <testcase classname="net/two" name="a case" time="1.234">
      <error message="No file [NOT_FOUND]">  No file [NOT_FOUND]</error>
    </testcase>
  </testsuite>
</testsuites>
`);
  });

  it('lets nothing hostile out of its place', () => {
    const name = '"><script>&\u0000\u001b[31m\ud800\uffff';
    const finding = { title: ']]></failure>', cells: new Map([['a', '<b>']]), enriched: [] };
    const xml = junitXml([
      { ...CASE, test: { ...CASE.test, name }, faults: [{ kind: 'unexpected', finding, columns: ['a'] }] },
    ]);
    expect(xml).toContain('name="&quot;&gt;&lt;script&gt;&amp;\ufffd\ufffd[31m\ufffd\ufffd"');
    expect(xml).toContain(']]&gt;&lt;/failure&gt; (a: &lt;b&gt;)');
    expect(xml.match(/<\/failure>/g)).toHaveLength(1);
  });
});
