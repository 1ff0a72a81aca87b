import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { sizeOf } from './describe-segment.ts';
import { Duck } from './duck.ts';
import { removeFile } from './housekeeping.ts';
import { Identities } from './identities.ts';
import type { Manifest } from './manifest.ts';
import type { SegmentInfo } from './snapshot.ts';
import type { Staged } from './stage.ts';
import { loadHeads, writeSegment } from './write-segment.ts';

/** What became of staged documents. */
export interface Written {
  readonly taken: number;
  readonly seen: number;
}

/** What DuckDB may hold in memory while it writes; beyond it goes on in files. The process peaked at 1.16 GB over 10 million documents. */
const DUCK_MEMORY = '448MB';

/** Turns staged documents into committed segments, one after the other. */
export class SegmentWriter implements Disposable {
  readonly #manifest: Manifest;
  readonly #duck: Duck;
  readonly #identities: Identities;

  private constructor(manifest: Manifest, duck: Duck) {
    this.#manifest = manifest;
    this.#duck = duck;
    this.#identities = new Identities(duck);
  }

  static async open(manifest: Manifest): Promise<SegmentWriter> {
    const duck = await Duck.open({
      memory: DUCK_MEMORY,
      spill: join(manifest.spillFolder, `${process.pid}`),
      // A second thread finds too little to do: it costs a quarter of processor time and gains none.
      threads: 1,
    });
    const writer = new SegmentWriter(manifest, duck);
    await writer.#identities.prepare();
    return writer;
  }

  /**
   * Writes and commits what is new of staged documents. `goesOn`: the number of the file whose rest comes in the next
   * call. Another process may commit the same documents meanwhile: then they are judged and written again, without them.
   */
  async write(staged: Staged, goesOn: number | null): Promise<Written> {
    await loadHeads(this.#duck, staged);
    for (;;) {
      const live = this.#manifest.live();
      const { seen, odd } = await this.#identities.judge(live);
      const taken = staged.rows - seen;
      if (taken > 0 && !(await this.#commit(staged, live, odd))) continue;
      await this.#identities.goOn(goesOn);
      return { taken, seen };
    }
  }

  /** Whether the segment could be committed: not, when another process has committed any of its documents. */
  async #commit(staged: Staged, judged: readonly SegmentInfo[], odd: number): Promise<boolean> {
    const id = newSegmentId();
    const file = this.#manifest.fileOf(id);
    this.#manifest.announce(id);
    const segment = await writeSegment(this.#duck, { id, file, odd }, staged);
    const written = { ...segment, bytes: sizeOf(file) };
    let known: readonly SegmentInfo[] = judged;
    const isKnown = (other: SegmentInfo) => known.some((segment) => segment.id === other.id);
    while (!this.#manifest.commit(written, [], (live) => live.every(isKnown))) {
      const live = this.#manifest.live();
      const met = await this.#identities.inBoth(
        { id, file },
        live.filter((other) => !isKnown(other)),
      );
      if (met > 0) {
        removeFile(file);
        this.#manifest.forget(id);
        return false;
      }
      known = live;
    }
    return true;
  }

  [Symbol.dispose](): void {
    this.#duck[Symbol.dispose]();
  }
}

/** Ids in the order in which segments begin. */
export function newSegmentId(): string {
  return `${Date.now().toString(16).padStart(12, '0')}${randomBytes(8).toString('hex')}`;
}
