// Documents that go to the edges of what a field may hold, for suites that compare two engines.

/** A mapping type of Elasticsearch that the embedded store gives the same field by itself. */
export type MappedType = 'keyword' | 'text' | 'long' | 'double' | 'boolean' | 'date' | 'ip';

/**
 * Fields and their types. The embedded store takes those of ECS from ECS and the others from the first document, which
 * has a plain value of each (FIRST).
 */
export const FIELDS: Readonly<Record<string, MappedType>> = {
  id: 'long',
  '@timestamp': 'date',
  'event.created': 'date',
  dates: 'date',
  kw: 'keyword',
  kw2: 'keyword',
  Kw: 'keyword',
  tags: 'keyword',
  message: 'text',
  'process.name': 'keyword',
  'process.args': 'keyword',
  n: 'long',
  n2: 'long',
  ns: 'long',
  big: 'long',
  d: 'double',
  d2: 'double',
  zero: 'double',
  ds: 'double',
  b: 'boolean',
  bs: 'boolean',
  'source.ip': 'ip',
  'destination.ip': 'ip',
  'host.ip': 'ip',
  'obj.a': 'long',
  'obj.b.c': 'keyword',
  'items.name': 'keyword',
  'items.size': 'long',
};

/** ECS has no plain date field with a short name, so `dates` stands for this one. */
const DATES_FIELD = 'file.mtime';

/** The name of a field in documents and queries. */
export const nameOf = (field: string): string => (field === 'dates' ? DATES_FIELD : field);

/** Types by the names that stand in documents. */
export const MAPPING: ReadonlyMap<string, MappedType> = new Map(
  Object.entries(FIELDS).map(([field, type]) => [nameOf(field), type]),
);

const RAW = '\u0000raw';
/** JSON text of a number as it is written, so that no digit and no sign is lost. */
const raw = (text: string) => ({ [RAW]: text });

type Document = Readonly<Record<string, unknown>>;

const FIRST: Document = {
  '@timestamp': '2026-11-01T12:34:56.789Z',
  event: { created: '2026-11-01T12:35:00Z' },
  [DATES_FIELD]: '2026-10-31T23:59:59.999Z',
  kw: 'alpha',
  kw2: 'beta',
  Kw: 'ALPHA',
  tags: ['red', 'green'],
  message: 'The quick brown fox',
  process: { name: 'cmd.exe', args: ['cmd.exe', '/c', 'whoami'] },
  n: 1,
  n2: 2,
  ns: [3, 1, 2],
  big: raw('9007199254740993'),
  d: 1.5,
  d2: 2.5,
  zero: 0.5,
  ds: [0.5, 1.5],
  b: true,
  bs: [true, false],
  source: { ip: '10.0.0.1' },
  destination: { ip: '8.8.8.8' },
  host: { ip: ['10.0.0.1', 'fe80::1'] },
  obj: { a: 1, b: { c: 'x' } },
  items: [
    { name: 'one', size: 1 },
    { name: 'two', size: 2 },
  ],
};

export const TEXTS = [
  '',
  ' ',
  'a',
  'A',
  'ab',
  'aB',
  'alpha',
  'Alpha beta',
  'cmd.exe',
  'CMD.EXE',
  'C:\\Windows\\System32\\cmd.exe',
  'a*b',
  'a?b',
  '100%',
  'under_score',
  'x\\y',
  'tab\tand\nline',
  'quote"quote',
  "it's",
  '12',
  '-7',
  '12.7',
  '1e3',
  '99999999999',
  '9223372036854775808',
  'true',
  'TRUE',
  'false',
  'null',
  'NaN',
  'Infinity',
  '2026-11-01',
  '2026-11-01T00:00:00Z',
  '2026-11-01T02:00:00.5+02:00',
  '10.0.0.1',
  '::1',
  'ß',
  'STRASSE',
  'straße',
  'İ',
  'ı',
  'ﬀ',
  'Σίσυφος',
  'é',
  'e\u0301',
  '😀',
  'a😀b',
  '\u{10FFFF}',
  '\uFFFD',
  '\uFF21',
  '\u200b',
  '\u00a0nbsp\u00a0',
  '日本語',
  'key=value&k2=v2',
  'a,b,,c',
  'user@example.org logged in from 10.1.2.3 port 22',
  'GET /index.html?q=1 HTTP/1.1',
  'aGVsbG8=',
  '2026-11-01 ERROR [main] disk full: 99%',
  'x'.repeat(300),
  'ab'.repeat(4_000),
] as const;

export const LONGS = [
  '0',
  '1',
  '-1',
  '2',
  '3',
  '7',
  '80',
  '443',
  '65535',
  '2147483647',
  '-2147483648',
  '2147483648',
  '-2147483649',
  '9007199254740991',
  '9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
  '1604188800000',
] as const;

export const DOUBLES = [
  '0.0',
  '1.0',
  '-1.5',
  '2.5',
  '-2.5',
  '0.1',
  '0.2',
  '3.0000000001',
  '1e-300',
  '5e-324',
  '1e300',
  '-1.7976931348623157e308',
  '2147483647.5',
  '2147483648.0',
  '9.223372036854775e18',
  '1e10',
  '123456.789',
  '0.5',
  '1.005',
] as const;

export const DATES = [
  '1970-01-01T00:00:00.000Z',
  '1969-12-31T23:59:59.999Z',
  '1900-02-28T12:00:00Z',
  '2000-02-29T00:00:00.001Z',
  '2026-11-01T00:00:00Z',
  '2026-11-01T00:00:00.123456789Z',
  '2026-11-01T02:00:00+02:00',
  '2026-12-31T23:59:59.999Z',
  '2027-01-01',
  '2026-11',
  '2026',
  '9999-12-31T23:59:59.999Z',
  '2024-02-29T10:11:12.013Z',
  '1604188800000',
  '2026-03-29T01:30:00Z',
  '0001-01-01T00:00:00Z',
] as const;

export const ADDRESSES = [
  '0.0.0.0',
  '10.0.0.1',
  '10.255.255.255',
  '127.0.0.1',
  '172.16.5.4',
  '192.168.1.1',
  '203.0.113.7',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:10.0.0.1',
  '::ffff:203.0.113.9',
  'fe80::1',
  '2001:DB8::00aF',
  '2001:db8:0:0:1:0:0:1',
  'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
] as const;

/** Values that a field's type does not hold, or holds in another form: what `coerce` and `ignore_malformed` make of them. */
const CONFLICTS: readonly Document[] = [
  { n: '12', d: '1.25', b: 'true', kw: 12, kw2: true },
  { n: '12.7', n2: 3.9, d: 'abc', b: 'no', kw: 1.5, 'source.ip': 'nonsense' },
  { n: 'abc', b: '', ns: [1, 'x', 2.5, '7'], 'source.ip': '999.1.1.1', '@timestamp': 'yesterday' },
  { n: 1e30, n2: -1e30, d: '1e400', ds: [1, 'x', 2], 'host.ip': ['10.0.0.9', 'bad'] },
  { n: true, d: false, 'source.ip': 12, '@timestamp': 1604188800123, tags: [1, true, 'x', 2.5] },
  { n: ' 5 ', d: ' 1.5', b: 'TRUE', 'event.created': '1604188800000' },
];

const SHAPES: readonly Document[] = [
  {},
  { kw: null, n: null, d: null, b: null, source: { ip: null }, '@timestamp': null, tags: null },
  { kw: [], n: [], tags: [], host: { ip: [] }, obj: {} },
  { kw: ['b', 'a', 'b'], n: [2, 1, 2], d: [2.5, 1.5, 2.5], b: [true, false, true] },
  { kw: [null, 'only'], n: [null, 7], tags: [['nested', 'arrays'], ['deep']], ns: [[1], [2, 3]] },
  { 'obj.a': 5, obj: { a: 6, 'b.c': 'dotted' }, 'obj.b.c': 'both' },
  { items: [{ name: 'x' }, { size: 9 }, { name: ['y', 'x'], size: [1, 1] }, {}] },
  { items: { name: 'alone', size: 4 } },
  { kw: ['a'], n: [1], source: { ip: ['10.0.0.1'] }, '@timestamp': ['2026-11-01T00:00:00Z'] },
  { tags: ['B', 'a', 'b', 'A', 'ä', '😀', '\uFF21', ''], host: { ip: ['10.0.0.1', '8.8.8.8', '::1', '10.0.0.1'] } },
  { '@timestamp': ['2026-11-02T00:00:00Z', '2026-11-01T00:00:00Z'], event: { created: ['2026', '2025', '2026'] } },
  { 'process.name': 'cmd.exe', process: { args: ['z', 'y', 'z', 'x'] }, kw: 'a', kw2: 'a', Kw: 'a' },
  {
    kw: 'same',
    kw2: 'same',
    n: 4,
    n2: 4,
    d: 4.0,
    d2: 4.0,
    source: { ip: '10.1.1.1' },
    destination: { ip: '10.1.1.1' },
  },
  {
    zero: raw('0.0'),
    ns: [raw('9223372036854775000'), raw('9223372036854775000')],
    ds: [1e308, 1e308],
    bs: [true, true],
    message: ['b', 'a', 'b'],
  },
  { ns: ['-1', 0, 1, 1], ds: ['0.0', 0.0], zero: raw('-0.0'), bs: false, message: '' },
];

/** The documents as lines of JSON, each with its `id`: the first has every field, the others go to the edges. */
export function adversarialLines(): readonly string[] {
  const documents = [FIRST, ...SHAPES, ...CONFLICTS, ...valuesInTurn()];
  return documents.map((document, id) => lineOf({ id, ...document }));
}

/** Few fields, for a second index whose mapping lacks the others. */
export function sparseLines(): readonly string[] {
  const documents: readonly Document[] = [
    { '@timestamp': '2026-11-01T00:00:00Z', kw: 'alpha', n: 1, tags: 'red' },
    { '@timestamp': '2026-11-05T06:07:08.009Z', kw: 'omega', n: -1, tags: ['red', 'blue'] },
    { kw: 'alpha', extra: 'only here' },
  ];
  return documents.map((document, at) => lineOf({ id: 1_000 + at, ...document }));
}

/** Documents that lie in one segment with the sparse ones, and share few fields with them. */
export function neighbourLines(): readonly string[] {
  const documents: readonly Document[] = [{ kw: 'alpha', only: 'beside' }, { only: ['b', 'a'] }, { kw: 'omega' }];
  return documents.map((document, at) => lineOf({ id: 2_000 + at, ...document }));
}

/** Fields of an index to be looked up by `kw`; `n` is one that the other documents have too. */
export const FIRST_LOOKUP: Readonly<Record<string, MappedType>> = {
  kw: 'keyword',
  'look.note': 'keyword',
  'look.level': 'long',
  n: 'long',
};

/** Documents to look up: a key that several have, one that nobody asks for, one without a key, and one of two. */
export function lookupLines(): readonly string[] {
  const documents: readonly Document[] = [
    { kw: 'alpha', 'look.note': 'first', 'look.level': 1, n: 10 },
    { kw: 'a', 'look.note': 'second', 'look.level': 2 },
    { kw: 'a', 'look.note': ['third', 'more'], 'look.level': [3, 4], n: 30 },
    { kw: '', 'look.note': 'empty', n: -1 },
    { kw: 'nobody', 'look.note': 'x' },
    { 'look.note': 'without a key', 'look.level': 5 },
    { kw: ['cmd.exe', '😀'], 'look.note': 'two keys' },
  ];
  return documents.map((document) => lineOf(document));
}

/** One document for each text, with numbers, dates and addresses in turn, some of them several. */
function valuesInTurn(): readonly Document[] {
  return TEXTS.map((text, at) => {
    const turn = <T>(values: readonly T[], step = 0): T => values[(at + step) % values.length] as T;
    return {
      kw: text,
      kw2: turn(TEXTS, 1),
      message: text,
      process: { name: turn(['cmd.exe', 'CMD.EXE', 'powershell.exe', 'bash', null]) },
      tags: at % 4 === 0 ? [turn(TEXTS, 3), turn(TEXTS, 5)] : turn(['red', 'green', 'blue']),
      n: raw(turn(LONGS)),
      n2: raw(turn(LONGS, 4)),
      ns: at % 3 === 0 ? [raw(turn(LONGS, 1)), raw(turn(LONGS, 2)), raw(turn(LONGS, 1))] : raw(turn(LONGS, 2)),
      big: raw(turn(LONGS.slice(10))),
      d: raw(turn(DOUBLES)),
      d2: raw(turn(DOUBLES, 7)),
      ds: at % 3 === 1 ? [raw(turn(DOUBLES, 3)), raw(turn(DOUBLES, 1))] : raw(turn(DOUBLES, 2)),
      b: turn([true, false, null]),
      bs: turn<unknown>([true, false, [true, false], null]),
      source: { ip: turn(ADDRESSES) },
      destination: { ip: turn(ADDRESSES, 5) },
      host: { ip: at % 2 === 0 ? [turn(ADDRESSES, 2), turn(ADDRESSES, 3)] : turn(ADDRESSES, 2) },
      '@timestamp': turn(DATES),
      event: { created: at % 5 === 0 ? [turn(DATES, 3), turn(DATES, 1)] : turn(DATES, 2) },
      [DATES_FIELD]: turn(DATES, 4),
      'obj.a': at % 7,
    };
  });
}

/** JSON with raw numbers in their places. */
function lineOf(document: Document): string {
  return JSON.stringify(document, (_key, value: unknown) => {
    if (Object.is(value, -0)) return raw('-0.0');
    return typeof value === 'object' && value !== null && RAW in value ? `${RAW}${String(value[RAW])}` : value;
  }).replace(/"\\u0000raw([^"]*)"/g, '$1');
}
