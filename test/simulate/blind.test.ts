// Sysmon that was stopped: what it would have told is in no form, and what others tell goes on.
import { describe, expect, it } from 'vitest';
import { converterOf } from '../../src/ingest/convert.ts';
import { NO_CONTEXT } from '../../src/ingest/input-format.ts';
import { planAttack } from '../../src/simulate/attacks/attacks.ts';
import { makeOffice } from '../../src/simulate/office.ts';
import type { OutputName } from '../../src/simulate/shapes/shape.ts';
import { SYSMON } from '../../src/simulate/shapes/windows-records.ts';
import { simulate } from '../../src/simulate/simulate.ts';

const END = Date.parse('2026-11-14T00:00:00Z');
const REQUEST = { seed: '1', hosts: 30, days: 1, end: END, density: 0.2, attacks: ['blinded-sysmon'] } as const;
const SPAN = { start: END - 86_400_000, end: END };
const { plants } = planAttack('blinded-sysmon', makeOffice('1', 30), SPAN);
const blinded = plants.flatMap((plant) => plant.blinded ?? []);

interface Told {
  readonly '@timestamp': string;
  readonly host: { readonly name: string };
  readonly winlog?: { readonly channel: string };
}

function documents(shape: OutputName): readonly Told[] {
  const lines = [...simulate({ ...REQUEST, shape }).batches()].flat();
  if (shape !== 'windows-json') return lines.map((line) => JSON.parse(line) as Told);
  const { convert } = converterOf(shape, NO_CONTEXT);
  return lines.map((line) => convert(line)?.nested() as unknown as Told);
}

/** Channels by whether their documents lie in the silence of a blinded host; records of one moment follow within 10 ms. */
function countsOf(shape: OutputName): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { '@timestamp': time, host, winlog } of documents(shape)) {
    const at = Date.parse(time);
    const name = host.name.toLowerCase().split('.')[0];
    const isSilent = blinded.some(
      (each) => each.host.name === name && at >= each.span.start + 10 && at < each.span.end,
    );
    const key = `${winlog?.channel ?? shape}, ${isSilent ? 'silent' : 'else'}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

describe('a Sysmon that was stopped', { timeout: 30_000 }, () => {
  it('is one on eight workstations for more than an hour, and one on a server for minutes', () => {
    const minutes = blinded.map(({ host, span }) => [host.role, (span.end - span.start) / 60_000]);
    expect(minutes).toEqual([...Array.from({ length: 8 }, () => ['workstation', 75]), ['server', 4]]);
  });

  it('tells nothing while the audit of the firewall goes on', () => {
    const counts = countsOf('windows-json');
    expect(counts[`${SYSMON}, silent`]).toBeUndefined();
    expect(counts['Security, silent']).toBeGreaterThan(500);
    expect(counts[`${SYSMON}, else`]).toBeGreaterThan(1_000);
  });

  it('tells nothing through its collectors either', () => {
    expect(countsOf('sysmon')[`${SYSMON}, silent`]).toBeUndefined();
    expect(countsOf('winlogbeat')[`${SYSMON}, silent`]).toBeUndefined();
    expect(countsOf('defend')['defend, silent']).toBeGreaterThan(500);
  });
});
