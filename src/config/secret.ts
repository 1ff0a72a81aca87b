// config: environment, flags and hunt.config.yml to Config. In: a folder, variables, flags. Out: Config, or every
// problem at once. May import: core, definition. The only reader of process.env.
import { inspect } from 'node:util';

/** A secret that no log, error or JSON shows: only `reveal` gives it, and only the connection calls that. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return '***';
  }
}
