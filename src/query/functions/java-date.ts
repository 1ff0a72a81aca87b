import { DAY_MS } from '../../core/time.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const TOKEN = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g;

type Write = (date: Date, length: number) => string;

const number =
  (read: (date: Date) => number): Write =>
  (date, length) =>
    String(read(date)).padStart(length, '0');
const named =
  (names: readonly string[], read: (date: Date) => number): Write =>
  (date, length) => {
    const name = names[read(date)] ?? '';
    return length > 3 ? name : name.slice(0, 3);
  };
const year: Write = (date, length) =>
  length === 2
    ? String(date.getUTCFullYear() % 100).padStart(2, '0')
    : number((at) => at.getUTCFullYear())(date, length);
const month: Write = (date, length) =>
  length > 2
    ? named(MONTHS, (at) => at.getUTCMonth())(date, length)
    : number((at) => at.getUTCMonth() + 1)(date, length);

/** Letters of java.time's patterns that hunts use, in English and UTC. */
const LETTERS: ReadonlyMap<string, Write> = new Map([
  ['y', year],
  ['u', year],
  ['M', month],
  ['L', month],
  ['d', number((date) => date.getUTCDate())],
  ['D', number((date) => Math.floor((date.getTime() - new Date(date).setUTCMonth(0, 1)) / DAY_MS) + 1)],
  ['E', named(DAYS, (date) => date.getUTCDay())],
  ['H', number((date) => date.getUTCHours())],
  ['h', number((date) => date.getUTCHours() % 12 || 12)],
  ['m', number((date) => date.getUTCMinutes())],
  ['s', number((date) => date.getUTCSeconds())],
  ['S', (date, length) => String(date.getUTCMilliseconds()).padStart(3, '0').padEnd(9, '0').slice(0, length)],
  ['a', (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM')],
  ['X', () => 'Z'],
]);

/** A date pattern of Java as a function of an instant (epoch ms); one sentence for what is no pattern or has no form here. */
export function javaDateFormat(pattern: string): ((ms: number) => string) | string {
  const tokens = [...pattern.matchAll(TOKEN)];
  if (tokens.reduce((length, [whole]) => length + whole.length, 0) < pattern.length) return 'a quote is not closed';
  const unknown = tokens.find(
    ([whole, , letter]) => letter !== undefined && (!LETTERS.has(letter) || whole.length > 9),
  );
  if (unknown !== undefined) return `"${unknown[0].slice(0, 20)}" of Java's date patterns cannot be translated`;
  const pieces = tokens.map(([whole, quoted, letter]): ((date: Date) => string) => {
    const write = letter === undefined ? undefined : LETTERS.get(letter);
    if (write !== undefined) return (date) => write(date, whole.length);
    const text = quoted === undefined ? whole : quoted === '' ? "'" : quoted.replaceAll("''", "'");
    return () => text;
  });
  return (ms) => {
    const date = new Date(ms);
    return pieces.map((piece) => piece(date)).join('');
  };
}
