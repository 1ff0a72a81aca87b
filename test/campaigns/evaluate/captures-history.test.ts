import { expect, it } from 'vitest';
import { historyOf } from './captures-history.ts';

it('tells benign events once more for each distance, with every time earlier, and none of the intruder', () => {
  const event = { '@timestamp': '2026-11-21T10:00:00.000Z', event: { code: '3', created: '2026-11-21T10:00:01.000Z' } };
  const lines = [
    { ...event, process: { name: 'a.exe' } },
    { ...event, process: { name: 'Evil.exe' } },
  ];
  const history = historyOf(
    lines.map((line) => JSON.stringify(line)),
    ['evil.exe'],
  );
  expect(history.map((line) => JSON.parse(line) as unknown)).toEqual(
    ['2026-11-11', '2026-11-01'].map((day) => ({
      '@timestamp': `${day}T10:00:00.000Z`,
      event: { code: '3', created: `${day}T10:00:01.000Z` },
      process: { name: 'a.exe' },
    })),
  );
});
