// Files of events with mutated bytes against ingest: every line taken or refused with its place and reason, the store whole.
// npm run fuzz:lines -- --minutes 10 --seed 1
import { campaignMain } from '../rig/fuzz/campaign.ts';
import { drawOf } from '../rig/fuzz/draw.ts';
import { lineSeeds } from '../rig/fuzz/line-seeds.ts';
import { drawFile, lineSubject, type EventFile } from '../rig/fuzz/line-subject.ts';
import { shrinkList } from '../rig/fuzz/shrink.ts';

/** For each file a store is made, filled twice and asked; files of some MB and of 1,000 fields are among them. */
const SLOW_MS = 5_000;
const seeds = lineSeeds();

await campaignMain<EventFile>({
  url: import.meta.url,
  subject: lineSubject,
  draw: (seed) => drawFile(seeds, drawOf(seed)),
  shrink: async (file, fails) => {
    const rejoined = (parts: readonly Uint8Array[]) => ({ ...file, bytes: new Uint8Array(Buffer.concat(parts)) });
    const lines = await shrinkList(linesOf(Buffer.from(file.bytes)), (some) => fails(rejoined(some)), 60);
    const bytes = lines.flatMap((line) => piecesOf(line));
    return rejoined(await shrinkList(bytes, (some) => fails(rejoined(some)), 200));
  },
  show: ({ bytes, ...how }) =>
    `${JSON.stringify(how)} ${JSON.stringify(Buffer.from(bytes).toString('latin1').slice(0, 600))} (${bytes.length} bytes)`,
  slowMs: SLOW_MS,
});

/** Lines with the line feeds that end them. */
function linesOf(bytes: Buffer): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const feed = bytes.indexOf(0x0a, at);
    const end = feed < 0 ? bytes.length : feed + 1;
    lines.push(bytes.subarray(at, end));
    at = end;
  }
  return lines;
}

/** A line in pieces that are left out one by one: 200 at the most. */
function piecesOf(line: Uint8Array): readonly Uint8Array[] {
  const size = Math.max(1, Math.ceil(line.length / 200));
  return Array.from({ length: Math.ceil(line.length / size) }, (_, at) => line.subarray(at * size, (at + 1) * size));
}
