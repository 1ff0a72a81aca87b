import type { TestResult } from '../pipeline/test-hunt.ts';
import { paint } from './views/paint.ts';
import { faultLines } from './views/view-test.ts';

/**
 * Results as JUnit XML, the form that CI systems read (there is no standard; this is what Jenkins' and GitLab's readers
 * share): a suite for each hunt, times in seconds.
 */
export function junitXml(results: readonly TestResult[]): string {
  const byHunt = Map.groupBy(results, ({ huntId }) => huntId);
  const suites = [...byHunt].map(([huntId, own]) => suiteXml(huntId, own));
  return `${['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites ${totals(results)}>`, ...suites, '</testsuites>'].join('\n')}\n`;
}

function suiteXml(huntId: string, results: readonly TestResult[]): string {
  const cases = results.map((result) => caseXml(result));
  return [`  <testsuite name="${escape(huntId)}" ${totals(results)}>`, ...cases, '  </testsuite>'].join('\n');
}

function caseXml({ huntId, test, faults, record, skippedFor, tookMs }: TestResult): string {
  const open = `    <testcase classname="${escape(huntId)}" name="${escape(test.name)}" time="${seconds(tookMs)}"`;
  if (skippedFor.length > 0) return [`${open}>`, '      <skipped/>', '    </testcase>'].join('\n');
  if (faults.length === 0) return `${open}/>`;
  const text = faultLines({ faults, record }, paint(false)).toString();
  const [message = ''] = text.split('\n');
  const kind = faults.some((fault) => fault.kind === 'error') ? 'error' : 'failure';
  const inner = `      <${kind} message="${escape(message.trim())}">${escape(text)}</${kind}>`;
  return [`${open}>`, inner, '    </testcase>'].join('\n');
}

function totals(results: readonly TestResult[]): string {
  const isError = ({ faults }: TestResult) => faults.some((fault) => fault.kind === 'error');
  const errors = results.filter(isError).length;
  const failed = results.filter((result) => result.faults.length > 0).length - errors;
  const skipped = results.filter(({ skippedFor }) => skippedFor.length > 0).length;
  const time = seconds(results.reduce((sum, { tookMs }) => sum + tookMs, 0));
  return `tests="${results.length}" failures="${failed}" errors="${errors}" skipped="${skipped}" time="${time}"`;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text in XML: characters that XML 1.0 has no way to write (most control characters, lone surrogates) become U+FFFD. */
function escape(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
}
