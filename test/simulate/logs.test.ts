// The attacks of the mission in every form that ingest reads: what the manifest tells is there, and documents come of it.
import { describe, expect, it } from 'vitest';
import { converterOf } from '../../src/ingest/convert.ts';
import { NO_CONTEXT } from '../../src/ingest/input-format.ts';
import { ATTACK_NAMES } from '../../src/simulate/plant.ts';
import { LOG_NAMES, OUTPUT_NAMES, type OutputName } from '../../src/simulate/shapes/shape.ts';
import { simulate } from '../../src/simulate/simulate.ts';

const NEW = ATTACK_NAMES.slice(2);

function made(shape: OutputName, seed = '1') {
  const end = Date.parse('2026-11-14T00:00:00Z');
  const simulation = simulate({ seed, hosts: 30, days: 1, end, density: 0.02, shape, attacks: NEW });
  const lines = [...simulation.batches()].flat();
  return { lines, manifest: simulation.manifest(), file: simulation.file };
}

type Fields = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
const plantsOf = ({ manifest }: ReturnType<typeof made>) => manifest.attacks.flatMap(({ plants }) => plants);

describe('the attacks of the mission', { timeout: 60_000 }, () => {
  it.each(OUTPUT_NAMES)('as %s are the same to the byte for the same seed, and others for another', (shape) => {
    const first = made(shape).lines;
    expect(made(shape).lines).toEqual(first);
    expect(made(shape, '2').lines).not.toEqual(first);
  });

  it('have each an attack and something that looks like it, with a reason why it is none', () => {
    const { attacks } = made('windows-json').manifest;
    expect(attacks.map(({ name }) => name)).toEqual(NEW);
    for (const { plants } of attacks) {
      expect(plants.filter(({ kind }) => kind === 'attack').length).toBeGreaterThan(0);
      const alike = plants.filter(({ kind }) => kind === 'look-alike');
      expect(alike.length).toBeGreaterThan(0);
      for (const { hidden } of alike) expect(hidden?.because.length).toBeGreaterThan(10);
    }
  });

  it.each(LOG_NAMES)('as %s are read line by line, and lose nothing', (form) => {
    const { lines, manifest, file } = made(form);
    const { convert } = converterOf(form, NO_CONTEXT);
    for (const line of form === 'windows-xml' ? [] : (file?.head.split('\n') ?? [])) if (line !== '') convert(line);
    const documents = lines.map((line) => convert(line));
    expect(documents.every((document) => document !== null)).toBe(true);
    expect(documents).toHaveLength(manifest.documents);
  });

  it('tell the same as JSON and as XML of Windows', () => {
    const read = (form: 'windows-json' | 'windows-xml') => {
      const { convert } = converterOf(form, NO_CONTEXT);
      return made(form).lines.map((line) => convert(line)?.nested() as Fields);
    };
    const part = ({ event, process, source, destination, dns }: Fields) => [
      event?.['code'],
      event?.['action'],
      process?.['executable'],
      process?.['command_line'],
      source?.['ip'],
      destination?.['ip'],
      (dns?.['question'] as { name?: string } | undefined)?.name,
    ];
    const [json, xml] = [read('windows-json'), read('windows-xml')];
    expect(json.length).toBeGreaterThan(1_000);
    expect(xml.map(part)).toEqual(json.map(part));
  });

  it.each(['defend', 'sysmon', 'winlogbeat', 'windows-json'] as const)(
    'as %s show every command of the manifest',
    (shape) => {
      const simulated = made(shape);
      const text = simulated.lines.join('\n');
      const started = plantsOf(simulated).flatMap((plant) => plant.started);
      expect(started.length).toBeGreaterThan(40);
      for (const { command_line } of started) expect(text).toContain(JSON.stringify(command_line).slice(1, -1));
    },
  );

  it('beat with the period and the jitter that are told', () => {
    const { convert } = converterOf('windows-json', NO_CONTEXT);
    const simulated = made('windows-json');
    const beacon = plantsOf(simulated).find(({ id }) => id === 'c2-beacon');
    const times = simulated.lines.flatMap((line) => {
      const document = convert(line);
      const isBeat = document?.get('destination.ip') === beacon?.destination?.ip && document?.get('event.code') === '3';
      return isBeat ? [Date.parse(document?.get('@timestamp') as string)] : [];
    });
    const gaps = times
      .slice(1)
      .map((at, index) => at - (times[index] ?? 0))
      .toSorted((a, b) => a - b);
    expect(gaps.length).toBeGreaterThan(500);
    expect((gaps[Math.floor(gaps.length / 2)] ?? 0) / 1_000).toBeCloseTo(60, -1);
    expect(gaps[0]).toBeGreaterThanOrEqual(36_000 - 1);
    expect(gaps.at(-1)).toBeLessThanOrEqual(84_000 + 1);
  });
});
