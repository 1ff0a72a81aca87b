// Lines of events that were right once: bytes flipped, cut, doubled, put in; numbers, names, nesting and texts beyond
// measure; line ends mixed.
import type { Draw } from './draw.ts';

const BYTES: readonly (readonly number[])[] = [
  [0],
  [0x1f],
  [0x7f],
  [0xff],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xe2, 0x80],
  [0xef, 0xbb, 0xbf],
  [0xe2, 0x80, 0xa8],
  [0x0a],
  [0x0d],
  [0x0d, 0x0a],
  [0x5c],
  [0x22],
  [0x7b],
  [0x7d],
  [0x5b],
  [0x5d],
  [0x2c],
  [0x3a],
];

const VALUES: readonly string[] = [
  '1e999',
  '-1e999',
  '1e-999',
  '-0',
  '0.0',
  '00',
  '01',
  '1.',
  '.5',
  '+1',
  '0x10',
  'NaN',
  'Infinity',
  '9223372036854775808',
  '-9223372036854775809',
  '18446744073709551616',
  '1'.repeat(5_000),
  `0.${'3'.repeat(5_000)}`,
  `1e${'9'.repeat(400)}`,
  'null',
  'true',
  'tru',
  'undefined',
  '""',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u12"',
  '"\\x"',
  '"\t"',
  '"\\u001f"',
  '{}',
  '[]',
  '[[]]',
  '[null]',
  '{"":1}',
  '{".":1}',
  '{"a.":1}',
  '{".a":1}',
  '{"a..b":1}',
  '{"a":{"a":{"a":1}}}',
  '[1,"a",{}]',
  '{"__proto__":{"x":1}}',
  '{"constructor":{"prototype":{"x":1}}}',
  '{"toString":1}',
  '{"hasOwnProperty":"x"}',
  '{"a":1,"a":2}',
  '{"a":{"b":1},"a.b":2}',
  '[{"a":1},{"a":[2,3]}]',
  '"2026-02-30T00:00:00Z"',
  '"+999999-01-01T00:00:00Z"',
  '"999.1.1.1"',
  '"::1%eth0"',
  '"\\"',
  '"😀"',
  '"\u0000"',
  '12345678901234567890123',
  '"1e400"',
  '" 5 "',
];

const KEYS: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  '',
  '.',
  'a.',
  '.a',
  'a..b',
  ' ',
  '\\u0000',
  '\\ud800',
  '*',
  '@timestamp',
  '_id',
  '_index',
  '_source',
  'host',
  'host.name',
  'event',
  'event.dataset',
  'data_stream.dataset',
  'k'.repeat(9_000),
  'source.ip',
  'process.pid',
  'process',
  'labels',
  'labels.x',
  'Host.Name',
  'İ',
  '😀',
  '"',
  'a"b',
  'file.mtime',
  'took',
  'hits',
];

const DEPTHS = [5, 30, 62, 63, 64, 65, 300, 20_000] as const;
const MEGABYTE = 1_048_576;

type Mutation = (line: Buffer, draw: Draw) => Buffer;

function spliced(line: Buffer, at: number, count: number, put: Buffer | string): Buffer {
  return Buffer.concat([line.subarray(0, at), Buffer.from(put), line.subarray(at + count)]);
}

/** Where a value of JSON begins: after a colon; the end where there is none. */
function valueAt(line: Buffer, draw: Draw): { readonly at: number; readonly count: number } {
  const from = draw.below(line.length + 1);
  const colon = line.indexOf(0x3a, from);
  if (colon < 0) return { at: line.length, count: 0 };
  const value = /^(?:"(?:[^"\\]|\\.)*"|[^,{}[\]"]+)/.exec(line.toString('latin1', colon + 1, colon + 400));
  return { at: colon + 1, count: value?.[0].length ?? 0 };
}

function member(line: Buffer, draw: Draw, text: string): Buffer {
  const brace = line.indexOf(0x7b, draw.below(Math.max(1, Math.min(line.length, 400))));
  return brace < 0 ? line : spliced(line, brace + 1, 0, `${text},`);
}

const MUTATIONS: readonly Mutation[] = [
  (line, draw) => {
    const changed = Buffer.from(line);
    for (let times = 1 + draw.below(4); times > 0 && line.length > 0; times--)
      changed[draw.below(line.length)]! ^= 1 << draw.below(8);
    return changed;
  },
  (line, draw) => line.subarray(0, draw.below(line.length + 1)),
  (line, draw) => line.subarray(draw.below(line.length + 1)),
  (line, draw) => spliced(line, draw.below(line.length + 1), draw.below(20), ''),
  (line, draw) => {
    const at = draw.below(line.length + 1);
    return spliced(line, at, 0, line.subarray(at, at + draw.below(60)));
  },
  (line, draw) => spliced(line, draw.below(line.length + 1), 0, Buffer.from(draw.pick(BYTES))),
  (line, draw) => {
    const { at, count } = valueAt(line, draw);
    return spliced(line, at, count, draw.pick(VALUES));
  },
  (line, draw) => {
    const { at, count } = valueAt(line, draw);
    return spliced(line, at, count, draw.pick(VALUES));
  },
  (line, draw) => {
    const { at, count } = valueAt(line, draw);
    const [depth, [open, close]] = [
      draw.pick(DEPTHS),
      draw.pick([
        ['[', ']'],
        ['{"a":', '}'],
      ] as const),
    ];
    return spliced(line, at, count, `${open.repeat(depth)}1${close.repeat(draw.chance(0.9) ? depth : depth - 1)}`);
  },
  (line, draw) => member(line, draw, `"${draw.pick(KEYS)}":${draw.pick(VALUES)}`),
  (line, draw) => member(line, draw, `"${draw.pick(KEYS)}":"x"`),
  (line, draw) =>
    member(line, draw, `"big":"${draw.pick(['x', '\\n', 'é', '\\u00e9']).repeat(MEGABYTE / (1 + draw.below(8)))}"`),
  (line, draw) =>
    member(line, draw, Array.from({ length: draw.pick([20, 500]) }, (_, at) => `"f${at}":${at}`).join(',')),
  (line, draw) =>
    Buffer.from(
      line.toString('latin1').replace(/[,:{}[\]]/g, (sign) => (draw.chance(0.3) ? `${sign} \t` : sign)),
      'latin1',
    ),
];

/** One line of another, by one to three mutations. */
export function mutateLine(line: Buffer, draw: Draw): Buffer {
  let changed = line;
  for (let times = draw.pick([1, 1, 1, 2, 3]); times > 0; times--) changed = draw.pick(MUTATIONS)(changed, draw);
  return changed;
}

/** Lines joined as files from several systems are: line ends mixed, a mark at the head, nothing at the end. */
export function joinLines(lines: readonly Buffer[], draw: Draw): Buffer {
  const crlf = draw.pick([0, 0, 0.5, 1]);
  const pieces = lines.flatMap((line) => [
    line,
    Buffer.from(draw.chance(crlf) ? '\r\n' : draw.chance(0.02) ? '\n\n' : '\n'),
  ]);
  const head = draw.chance(0.1) ? [Buffer.from([0xef, 0xbb, 0xbf])] : [];
  return Buffer.concat([...head, ...(draw.chance(0.3) ? pieces.slice(0, -1) : pieces)]);
}
