// The recorded captures beside the checkout: their documents, undone to what their recorders wrote, must come again.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { convertBlock, converterOf } from '../../src/ingest/convert.ts';
import { NO_CONTEXT } from '../../src/ingest/input-format.ts';
import { openInput } from '../../src/ingest/open.ts';
import { readDocuments } from '../../src/ingest/read-documents.ts';
import { capturesFolder } from '../rig/live.ts';
import { asRecorded, flatten } from './as-recorded.ts';

const FOLDER = capturesFolder() ?? '';
const HERE = FOLDER !== '';
const why = 'no ../shared/data beside the checkout';

type Event = Readonly<Record<string, unknown>>;
const files = HERE
  ? (JSON.parse(readFileSync(`${FOLDER}expected.json`, 'utf8')) as { files: { file: string; docs: number }[] }).files
  : [];

const linesOf = (file: string) =>
  gunzipSync(readFileSync(FOLDER + file))
    .toString()
    .trimEnd()
    .split('\n');

async function read(file: string, host: string | null = null): Promise<{ documents: Event[]; refused: number }> {
  const { bytes } = openInput({ name: file, path: FOLDER + file, size: null }, () => {
    throw new Error('no standard input');
  });
  const documents: Event[] = [];
  let refused = 0;
  for await (const block of readDocuments(bytes, { as: null, context: { timezone: null, host } })) {
    refused += block.refusals.length;
    for (const { start, end } of block.documents) {
      documents.push(JSON.parse(block.bytes.toString('utf8', start, end)) as Event);
    }
  }
  return { documents, refused };
}

/** Added by those who made the captures ECS: identities of computers, and words for numbers of the platform. */
const ADDED = /^(?:agent\.|host\.id$|winlog\.event_data\.\w+Description$)/;
/** Written in another way: addresses in another order, `-` for no workstation, names of DNS errors that are not Elastic's. */
const OTHERWISE = new Set([
  'related.ip',
  'source.domain',
  'winlog.event_data.WorkstationName',
  'dns.response_code',
  'dns.answers',
]);

function differences(made: Event, wanted: Event, passed: ReadonlySet<string>): readonly string[] {
  const [got, want] = [flatten(made), flatten(wanted)];
  const paths = [...new Set([...got.keys(), ...want.keys()])].filter((path) => !ADDED.test(path) && !passed.has(path));
  return paths
    .filter((path) => JSON.stringify(got.get(path)) !== JSON.stringify(want.get(path)))
    .map((path) => `${path}: ${JSON.stringify(got.get(path))} instead of ${JSON.stringify(want.get(path))}`);
}

describe.skipIf(!HERE)(`recorded captures${HERE ? '' : ` (skipped: ${why})`}`, { timeout: 60_000 }, () => {
  it('are read to the last line', async () => {
    expect(files.length).toBeGreaterThan(10);
    for (const { file, docs } of files) {
      const { documents, refused } = await read(file);
      expect([file, documents.length, refused]).toEqual([file, docs, 0]);
    }
  });

  it('give a firewall log of 16,809 lines field by field', async () => {
    const { documents, refused } = await read('pfirewall-home.log.gz', 'win10-home');
    const wanted = linesOf('pfirewall-home.ndjson.gz').map((line) => JSON.parse(line) as Event);
    expect([documents.length, refused]).toEqual([wanted.length, 0]);
    const passed = new Set(['windows.firewall.icmp.type', 'windows.firewall.icmp.code', 'windows.firewall.tcp_flags']);
    expect(documents.flatMap((document, at) => differences(document, wanted[at] ?? {}, passed))).toEqual([]);
  });

  it('give Windows events of the kinds that hunts read field by field', () => {
    let count = 0;
    const wrong: string[] = [];
    for (const { file } of files) {
      const { convert } = converterOf('windows-json', NO_CONTEXT);
      for (const line of linesOf(file)) {
        const wanted = JSON.parse(line) as Event;
        const recorded = asRecorded(wanted);
        if (recorded === null) continue;
        count++;
        wrong.push(...differences(convert(JSON.stringify(recorded))?.nested() ?? {}, wanted, OTHERWISE));
      }
    }
    expect(count).toBe(6_830);
    expect(wrong).toEqual([]);
  });
});

it('a block is as good as its lines', () => {
  const bytes = Buffer.from('{"EventID":1,"Channel":"x","EventTime":"2026-11-01T00:00:00Z"}');
  const lines = [{ number: 7, start: 0, end: bytes.length, fault: null }];
  const block = convertBlock(converterOf('windows-json', NO_CONTEXT), { bytes, lines, read: bytes.length });
  expect(block.documents).toEqual([{ start: 0, end: block.bytes.length, index: null, id: null, line: 7 }]);
});
