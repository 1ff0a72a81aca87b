import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Input } from '../../ingest/open.ts';
import type { Refusal } from '../../ingest/document-block.ts';

/** Lines of one input that are kept; a file in another format would else be copied whole. The rest is only counted. */
const KEPT_MAX = 100_000;

/** The lines of one input that were refused, in a file of their own, made with the first one and anew each time. */
export class RejectFile implements Disposable {
  readonly path: string;
  readonly #folder: string;
  #file: number | null = null;
  #kept = 0;

  constructor(folder: string, { name, path }: Input) {
    this.#folder = folder;
    // Files of one name in several folders keep apart.
    const mark = createHash('sha256')
      .update(path ?? '-')
      .digest('hex')
      .slice(0, 8);
    const plain = (path === null ? 'stdin' : basename(name)).replace(/[^\w.-]/g, '_').slice(0, 100);
    this.path = join(folder, `${plain}-${mark}.ndjson`);
  }

  add(refusals: readonly Refusal[]): void {
    const kept = refusals.slice(0, KEPT_MAX - this.#kept);
    if (kept.length === 0) return;
    this.#kept += kept.length;
    if (this.#file === null) {
      mkdirSync(this.#folder, { recursive: true });
      this.#file = openSync(this.path, 'w');
    }
    writeSync(this.#file, kept.map((refusal) => `${JSON.stringify(refusal)}\n`).join(''));
  }

  [Symbol.dispose](): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}
