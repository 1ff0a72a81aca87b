/** A part of the name of a stream of draws: two streams with different names have nothing to do with each other. */
export type Label = string | number;

const WARM_UP = 12; // rounds after which the state of sfc32 no longer shows how it was seeded

/**
 * Draws that are the same for the same labels on every machine: sfc32 (Chris Doty-Humphrey, PractRand, public domain),
 * seeded by a hash of the labels. Only whole-number and exact floating-point operations are used, no logarithm or sine,
 * whose last digit may differ between versions of V8.
 */
export class Draws {
  #a: number;
  #b: number;
  #c: number;
  #d = 1;

  constructor(...labels: readonly Label[]) {
    const name = labels.join('\u0000');
    this.#a = hash(name, 0x9e3779b9);
    this.#b = hash(name, 0x243f6a88);
    this.#c = hash(name, 0xb7e15162);
    for (let round = 0; round < WARM_UP; round++) this.bits();
  }

  /** 32 bits, as a whole number from 0. */
  bits(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** At least 0, below 1. */
  unit(): number {
    return this.bits() / 4_294_967_296;
  }

  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.unit() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** A whole number whose mean is `mean`: one of its two neighbours. */
  count(mean: number): number {
    const whole = Math.floor(mean);
    return whole + (this.chance(mean - whole) ? 1 : 0);
  }

  /** One of the items, each as likely. */
  pick<T>(items: readonly T[]): T {
    return item(items, this.whole(0, items.length - 1));
  }

  /** One of the items, the first ones far more often: the way a few services get most of the visits. */
  favour<T>(items: readonly T[]): T {
    const unit = this.unit();
    return item(items, Math.floor(unit * unit * unit * items.length));
  }

  /** The items in an order of their own. */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.whole(0, last);
      [shuffled[last], shuffled[other]] = [item(shuffled, other), item(shuffled, last)];
    }
    return shuffled;
  }

  /** So many hex digits. */
  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.bits().toString(16).padStart(8, '0');
    return text.slice(0, digits);
  }

  /** In the form of a UUID. */
  uuid(): string {
    return [8, 4, 4, 4, 12].map((digits) => this.hex(digits)).join('-');
  }
}

/** FNV-1a over UTF-16 units with a basis of its own, then the finishing rounds of MurmurHash3 (both public domain). */
function hash(text: string, basis: number): number {
  let mixed = basis | 0;
  for (let at = 0; at < text.length; at++) mixed = Math.imul(mixed ^ text.charCodeAt(at), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
}

function item<T>(items: readonly T[], at: number): T {
  const found = items[at];
  if (found === undefined) throw new RangeError(`Cannot draw item ${at} of ${items.length}`);
  return found;
}
