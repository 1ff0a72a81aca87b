import { type Row, type Value, valuesOf } from '../../core/row.ts';
import { unreachable } from '../../core/error.ts';
import type { Difference, Expected } from '../../pipeline/test-match.ts';
import type { ShownFinding, TestFault, TestResult } from '../../pipeline/test-hunt.ts';
import type { Paint } from './paint.ts';
import { joined, safe, type SafeText, safeText } from './safe-text.ts';
import { table, type TableColumn } from './table.ts';
import { hiddenText } from './view-run.ts';

/** Columns that are shown of a finding that nobody expected. */
const SHOWN_COLUMNS = 6;
/** So many indices are named where no event was looked at. */
const SHOWN_INDICES = 5;

/** One test as `hunt test` tells it: a line, and below a failed one what was expected and what was found. */
export function testView(result: TestResult, paint: Paint, width: number | null): SafeText {
  const { huntId, test, faults, skippedFor, tookMs } = result;
  const mark =
    faults.length > 0 ? paint.red('FAIL') : skippedFor.length > 0 ? paint.yellow('skip') : paint.green('ok  ');
  const took = paint.dim(safe`${(tookMs / 1_000).toFixed(1)} s`);
  const head = safe`${mark}  ${paint.bold(huntId)}  ${test.name}  ${took}`;
  if (skippedFor.length > 0) return safe`${head}\n  the site declares ${joined(skippedFor, ', ')} absent`;
  return faults.length === 0 ? head : joined([head, faultLines(result, paint, width), ''], '\n');
}

/** Why a test failed, and what of its events was left out on the way. */
export function faultLines(
  { faults, record }: Pick<TestResult, 'faults' | 'record'>,
  paint: Paint,
  width: number | null = null,
): SafeText {
  const hidden =
    record?.hidden.some(({ count }) => count > 0) === true ? [safe`  hidden: ${hiddenText(record.hidden)}`] : [];
  const unkeyed = record?.unkeyed ?? null;
  const parts = [
    ...faults.map((fault) => faultText(fault, paint, width)),
    ...hidden,
    ...(unkeyed === null || unkeyed.events === 0 ? [] : [safe`  without a key: ${unkeyed.events} events`]),
    ...(record?.missingFields.length ? [safe`  fields of no event: ${joined(record.missingFields, ', ')}`] : []),
    ...(record?.reasons ?? []).map(({ verdict, text }) => safe`  ${verdict}: ${text}`),
  ];
  return joined(parts, '\n');
}

function faultText(fault: TestFault, paint: Paint, width: number | null): SafeText {
  switch (fault.kind) {
    case 'missing':
      return missingText(fault, paint, width);
    case 'unexpected':
      return safe`  ${paint.red('found, and not expected')}: ${findingText(fault.finding, fault.columns)}`;
    case 'verdict':
      return safe`  ${paint.red('verdict')}: expected ${fault.expected}, was ${fault.found}`;
    case 'unseen':
      return safe`  ${paint.red('no event was looked at')}: ${unseenText(fault.indices)}`;
    case 'error': {
      const remedy = fault.remedy === null ? safe`` : safe`\n  ${fault.remedy}`;
      return safe`  ${paint.red(fault.message)} ${paint.dim(safe`[${fault.code}]`)}${remedy}`;
    }
    default:
      return unreachable(fault);
  }
}

function missingText(
  { expected, nearest }: Extract<TestFault, { kind: 'missing' }>,
  paint: Paint,
  width: number | null,
): SafeText {
  const head = safe`  ${paint.red('expected, and not found')}: ${expectedText(expected)}`;
  if (nearest === null) return safe`${head}\n  nothing else was found`;
  const columns: TableColumn<Difference>[] = [
    { name: '   COLUMN', cell: ({ column }) => safe`   ${column}` },
    { name: 'EXPECTED', cell: (each) => paint.green(valueText(each.expected)) },
    { name: 'FOUND', cell: (each) => paint.red(cellText(each.found)) },
  ];
  return safe`${head}\n  nearest: ${nearest.finding.title}\n${table(nearest.differences, columns, paint, width)}`;
}

/** The columns that other findings of the test are told by, or else the first ones. */
function findingText({ title, cells }: ShownFinding, columns: readonly string[]): SafeText {
  const names = columns.length > 0 ? columns : [...cells.keys()].slice(0, SHOWN_COLUMNS);
  return safe`${title} (${joined(
    names.map((name) => safe`${name}: ${cellText(cells.get(name) ?? null)}`),
    ', ',
  )})`;
}

function unseenText(indices: ReadonlyMap<string, number>): SafeText {
  if (indices.size === 0) return safe`the test has none`;
  const named = [...indices].slice(0, SHOWN_INDICES).map(([name, count]) => safe`${count} would be in ${name}`);
  const more = indices.size > SHOWN_INDICES ? safe`, and more` : safe``;
  return safe`none is of a source of the hunt (${joined(named, ', ')}${more}); see hunts/sources.yml`;
}

function expectedText(expected: Expected): SafeText {
  const entries = Object.entries(expected);
  return entries.length === 0
    ? safe`one more finding`
    : joined(
        entries.map(([name, value]) => safe`${name}: ${valueText(value)}`),
        ', ',
      );
}

function valueText(value: unknown): SafeText {
  return safeText(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'));
}

function cellText(value: Value): SafeText {
  const values = valuesOf(value);
  return values.length === 0 ? safe`nothing` : joined(values.map(String), ', ');
}

/** One test in `--json` and `--ndjson`. */
export function testJson({ huntId, test, faults, record, skippedFor, tookMs }: TestResult) {
  return {
    hunt: huntId,
    test: test.name,
    passed: faults.length === 0 && skippedFor.length === 0,
    skippedFor,
    faults: faults.map(faultJson),
    verdict: record?.verdict ?? null,
    reasons: record?.reasons ?? [],
    hidden: record?.hidden ?? [],
    findings: record?.findings ?? null,
    tookMs: Math.round(tookMs),
  };
}

function faultJson(fault: TestFault) {
  switch (fault.kind) {
    case 'missing': {
      const { nearest, ...rest } = fault;
      return {
        ...rest,
        nearest: nearest && { finding: findingJson(nearest.finding), differences: nearest.differences },
      };
    }
    case 'unexpected':
      return { kind: fault.kind, finding: findingJson(fault.finding) };
    case 'unseen':
      return { kind: fault.kind, indices: Object.fromEntries(fault.indices) };
    case 'verdict':
    case 'error':
      return fault;
    default:
      return unreachable(fault);
  }
}

function findingJson({ title, cells, enriched }: ShownFinding) {
  return { title, columns: rowJson(cells), ...(enriched.length === 0 ? {} : { enriched }) };
}

/** fromEntries defines properties, so a column called `__proto__` stays one. */
function rowJson(row: Row): Record<string, Value> {
  return Object.fromEntries(row);
}
