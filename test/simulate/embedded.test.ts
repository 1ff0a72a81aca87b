// The whole way without a server: the simulator, the ingest and both hunts, as commands of the real binary.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHAPE_NAMES } from '../../src/simulate/shapes/shape.ts';
import { type HuntRig, huntRig } from '../rig/hunt.ts';
import { expectedOf, HIGH, inColumns, RARE, runOne, siteFilesOf } from '../rig/simulated.ts';
import type { Manifest } from '../../src/simulate/manifest.ts';

describe.each(SHAPE_NAMES)('an office as %s, hunted without a server', (shape) => {
  let rig: HuntRig;
  let manifest: Manifest;

  beforeAll(async () => {
    rig = await huntRig();
    const simulate = ['simulate', '--out', 'office', '--hosts', '30', '--days', '2', '--density', '0.2', '--as', shape];
    manifest = (JSON.parse((await rig.hunt(...simulate, '--json')).stdout) as { manifest: Manifest }).manifest;
    const ingested = await rig.hunt('ingest', 'office/events.ndjson', '--json');
    expect(ingested.exitCode, ingested.stderr).toBe(0);
  }, 60_000);

  afterAll(() => rig[Symbol.asyncDispose]());

  it('shows what only a list or an exception keeps out, and without them nothing but what was planted', async () => {
    const bare = inColumns(RARE, await runOne(rig, RARE, '--dry-run'));
    expect(bare).toHaveLength(3);
    expect(bare).toEqual(expectedOf(manifest, RARE, true));
    for (const [path, content] of Object.entries(siteFilesOf(manifest))) await rig.write(path, content);
    const rare = await runOne(rig, RARE);
    expect(rare.run).toMatchObject({ engine: 'embedded', verdict: 'findings', population: manifest.population });
    expect(inColumns(RARE, rare)).toEqual(expectedOf(manifest, RARE));
    const high = await runOne(rig, HIGH);
    expect(high.findings).toHaveLength(1);
    expect(inColumns(HIGH, high)).toEqual(expectedOf(manifest, HIGH));
    expect(JSON.parse((await rig.hunt('findings', '--json')).stdout)).toHaveLength(2);
  }, 60_000);
});
