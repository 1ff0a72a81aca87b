// `npm run demo`: a week of an invented office, hunted on this machine without any server. It types what a person would
// type: every step is a call of bin/hunt.js, shown before it runs. It works in `.tracehound-demo`, or in a folder that is
// named: npm run demo -- FOLDER
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Manifest } from '../src/simulate/manifest.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const FOLDER = resolve(process.argv[2] ?? join(ROOT, '.tracehound-demo'));
const MARK = join(FOLDER, 'made-by-npm-run-demo');
const DAY_MS = 86_400_000;

/** Settings of this machine would lead the demo to servers of its owner. */
const ENVIRONMENT = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TRACEHOUND_')));

const started = performance.now();
const seconds = (since: number) => `${((performance.now() - since) / 1_000).toFixed(1)} s`;

makeFolder();
hunt('init', '.');
say('A week of 60 hosts, with two attacks and six harmless things that look like them.');
hunt('simulate', '--out', 'office', '--hosts', '60', '--days', '7');
say('What this office knows about itself: its own public network, and a tool of its administrators.');
writeSite(readManifest());
say('Its events, read into the store of this folder.');
hunt('ingest', 'office/events.ndjson');
say('Two hunts of many. Below each: what lists and exceptions have hidden, and how much.');
hunt('run', 'network/rare-egress', 'network/high-connection-count');
say('What was found, kept once however often the hunts run.');
hunt('findings');
say('The same as one page for a browser, to hand on: what was not seen first, then what is new, with its evidence.');
hunt('report', '--out', 'report.html');
sayWhatNext();

/** Runs one command as it would be typed; the demo ends with the first that fails. */
function hunt(...args: readonly string[]): void {
  console.log(`\n$ hunt ${args.map((arg) => (/[*\s]/.test(arg) ? `"${arg}"` : arg)).join(' ')}`);
  const since = performance.now();
  const { status, error } = spawnSync(process.execPath, [join(ROOT, 'bin', 'hunt.js'), ...args], {
    cwd: FOLDER,
    env: ENVIRONMENT,
    stdio: 'inherit',
  });
  if (error !== undefined) throw error;
  console.log(`(${seconds(since)})`);
  if (status !== 0) {
    console.error(`The demo stops here: "hunt ${args.join(' ')}" ended with exit code ${status}`);
    process.exit(status ?? 1);
  }
}

function say(text: string): void {
  console.log(`\n── ${text}`);
}

/** A new folder, in the place of one that an earlier demo made; any other folder of that name is left alone. */
function makeFolder(): void {
  if (existsSync(FOLDER) && !existsSync(MARK)) {
    console.error(`Cannot use ${FOLDER}: it exists, and the demo did not make it. Move it away`);
    process.exit(2);
  }
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(MARK, 'This folder is made anew by each "npm run demo".\n');
}

function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(FOLDER, 'office', 'manifest.json'), 'utf8')) as Manifest;
}

/** The list and the exception of the site, as its owner would write them; JSON is YAML too. */
function writeSite({ attacks }: Manifest): void {
  const plants = attacks.flatMap(({ hunt, plants }) => plants.map(({ hidden }) => ({ hunt, hidden })));
  const entries = plants.flatMap(({ hidden }) =>
    hidden?.by === 'list' ? [{ cidr: hidden.cidr, comment: hidden.because, owner: 'netops' }] : [],
  );
  const until = new Date(Date.now() + 90 * DAY_MS).toISOString().slice(0, 10);
  const exceptions = plants.flatMap(({ hunt, hidden }) =>
    hidden?.by === 'exception'
      ? [{ id: hidden.id, hunts: [hunt], when: hidden.when, because: hidden.because, owner: 'it-operations', until }]
      : [],
  );
  writeYaml('lists/our-ranges.yml', { description: "The office's own public network.", entries });
  writeYaml('exceptions/office.yml', { exceptions });
}

function writeYaml(path: string, content: object): void {
  writeFileSync(join(FOLDER, path), `${JSON.stringify(content, null, 2)}\n`);
  console.log(`wrote ${path}`);
}

function sayWhatNext(): void {
  console.log(`
── Where everything lies, and what to type next (the demo took ${seconds(started)})

  ${FOLDER}
    office/events.ndjson      the simulated events        office/manifest.json   the truth about them
    .tracehound/              the store of events and findings
    lists/ exceptions/        what this site leaves out   hunts/                 hunts of its own
    report.html               the findings as a page, which needs no network

  cd ${JSON.stringify(FOLDER)}
  alias hunt='${process.execPath} ${join(ROOT, 'bin', 'hunt.js')}'
  hunt findings show ID             everything about a finding; ID as in the table above
  hunt findings explain ID          which exception or list would cover it
  hunt show network/rare-egress     what the hunt believes, asks and leaves out
  hunt list                         all hunts that are there; hunt run egress/native-tool-public runs one of them
  hunt ingest FOLDER                your own logs: ECS, Windows events, pfirewall.log, Zeek; plain or compressed`);
}
