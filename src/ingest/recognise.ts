import { HuntError } from '../core/error.ts';
import { membersOf, recogniseFormat } from './format.ts';
import type { InputFormat } from './input-format.ts';
import { isPfirewall } from './pfirewall.ts';
import { Malformed } from './scan.ts';
import { isWindowsJson } from './windows/windows-json.ts';
import { isZeekJson } from './zeek/zeek.ts';

/** The format of a file whose beginning tells it before any line is read: XML. Throws USAGE for an .evtx file. */
export function recogniseBeginning(head: Buffer): 'windows-xml' | null {
  if (head.subarray(0, 7).toString('latin1') === 'ElfFile') throw evtx();
  const text = head
    .toString('utf8', 0, Math.min(head.length, 4_096))
    .replace(/^\uFEFF/, '')
    .trimStart();
  return text.startsWith('<') ? 'windows-xml' : null;
}

/** The format of a file by its first line that is not blank. */
export function recogniseLine(bytes: Buffer, start: number, end: number): InputFormat {
  const line = bytes.toString('utf8', start, Math.min(end, start + 400));
  if (/^#(?:separator |set_separator|fields\t)/.test(line)) return 'zeek';
  if (isPfirewall(line) || /^#Version: \d/.test(line)) return 'pfirewall';
  const keys = keysOf(bytes, start, end);
  if (isWindowsJson(keys)) return 'windows-json';
  return isZeekJson(keys) ? 'zeek-json' : recogniseFormat(bytes, start, end);
}

function keysOf(bytes: Buffer, start: number, end: number): readonly string[] {
  try {
    return membersOf(bytes, start, end).map(({ key }) => key);
  } catch (error) {
    if (error instanceof Malformed) return [];
    throw error;
  }
}

/** No package of the npm registry reads this binary form soundly, so the tools that do are named. */
function evtx(): HuntError {
  return new HuntError('USAGE', 'Cannot read a .evtx file: it is the binary form of an event log', {
    remedy:
      'Export it as XML, on Windows with wevtutil qe FILE.evtx /lf:true /f:RenderedXml > FILE.xml, or anywhere with ' +
      'evtx_dump -o jsonl FILE.evtx > FILE.json, and ingest that',
  });
}
