// What hosts do on an ordinary day beside their connections: the background for hunts for programs, logons and scripts.
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/core/time.ts';
import { converterOf } from '../../src/ingest/convert.ts';
import { NO_CONTEXT } from '../../src/ingest/input-format.ts';
import { CHORES } from '../../src/simulate/chores.ts';
import { everyday } from '../../src/simulate/everyday.ts';
import type { Happening } from '../../src/simulate/happening.ts';
import { processesOf } from '../../src/simulate/instances.ts';
import { makeOffice } from '../../src/simulate/office.ts';
import { windowsShape } from '../../src/simulate/shapes/shape-windows.ts';

const WEDNESDAY = Date.parse('2026-11-11T00:00:00Z');

/** Three days of an office of 60. */
function made(seed = '1'): readonly Happening[] {
  const office = makeOffice(seed, 60);
  const processes = processesOf(office);
  const hours = Array.from({ length: 72 }, (_, hour) => WEDNESDAY - DAY_MS + hour * HOUR_MS);
  return hours.flatMap((start) => [...everyday(office, { start, end: start + HOUR_MS }, 1, processes, CHORES)]);
}

describe('chores', { timeout: 30_000 }, () => {
  const chores = made();

  it('are the same for the same seed, and others for another', () => {
    expect(made()).toEqual(chores);
    expect(made('2')).not.toEqual(chores);
  });

  it('are part of nothing that was planted', () => {
    expect(chores.length).toBeGreaterThan(1_000);
    expect(chores.filter(({ plant }) => plant !== null && plant !== undefined)).toEqual([]);
  });

  it('start programs, let people in and run scripts on hosts of each role', () => {
    const kindsAt = (role: string) =>
      new Set(chores.filter(({ process }) => process.host.role === role).map(({ kind }) => kind));
    expect([...kindsAt('workstation')]).toEqual(expect.arrayContaining(['start', 'logon', 'script', 'connection']));
    expect([...kindsAt('server')]).toEqual(expect.arrayContaining(['start', 'logon', 'script', 'connection']));
    for (const role of ['jump host', 'domain controller']) expect([...kindsAt(role)]).toContain('start');
  });

  it('have a parent on the same host for each process, and no placeholder left in a command line', () => {
    const starts = chores.filter((each) => each.kind === 'start');
    for (const { process, parent, commandLine } of starts) {
      expect(parent.host.name).toBe(process.host.name);
      expect(`${commandLine} ${process.executable}`).not.toMatch(/[{]user[}]|undefined|null/);
    }
  });

  it('are read as records of Windows, none lost', () => {
    const shape = windowsShape('windows-json');
    const { convert } = converterOf('windows-json', NO_CONTEXT);
    const moments = chores.slice(0, 2_000).flatMap((each) => shape.moments(each));
    expect(moments.length).toBeGreaterThan(2_000);
    for (const moment of moments) expect(convert(shape.line(moment))).not.toBeNull();
  });
});
