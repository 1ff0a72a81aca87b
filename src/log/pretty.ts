import { UNSAFE } from '../core/unsafe-text.ts';

/** Said by the message, or the same on every line. */
const LEFT_OUT = new Set([
  '@timestamp',
  'log.level',
  'message',
  'event.action',
  'error.message',
  'hunt.reasons',
  'hunt.problems',
  'rule.id',
  'service.name',
  'process.pid',
  'host.hostname',
]);

/** A JSON line as a line to read: `10:22:03.120 WARN  message  name=value …`; what a terminal would obey is escaped. */
export function prettyLine(json: string): string {
  const fields = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const time = String(fields['@timestamp']).slice(11, 23);
  const level = String(fields['log.level']).toUpperCase().padEnd(5);
  const rest = Object.entries(fields)
    .filter(([name, value]) => !LEFT_OUT.has(name) && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${[`${time} ${level} ${String(fields['message'])}`, ...rest].join('  ').replace(UNSAFE, escaped)}\n`;
}

function escaped(character: string): string {
  return character === '\n' ? '\\n' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
