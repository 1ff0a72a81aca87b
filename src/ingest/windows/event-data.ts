import { bare } from '../ecs-document.ts';
import { worth } from '../read-values.ts';

/** An event's own data, of which fields of ECS are made. What nobody takes stays as `winlog.event_data`. */
export class EventData {
  readonly #left: Map<string, string>;

  constructor(data: ReadonlyMap<string, string>) {
    this.#left = new Map(data);
  }

  /** A value that stays; null for none, and for `-` and blanks. */
  look(name: string): string | null {
    return worth(this.#left.get(name));
  }

  /** A value that is taken; what is nothing (`-`, blank) stays. */
  take(...names: readonly string[]): string | null {
    for (const name of names) {
      const value = this.look(name);
      if (value === null) continue;
      this.#left.delete(name);
      return value;
    }
    return null;
  }

  /** Takes a value that can be read as something; else it stays as it is. */
  read<T>(name: string, reader: (text: string | null) => T | null): T | null {
    const value = reader(this.look(name));
    if (value !== null) this.#left.delete(name);
    return value;
  }

  /** Lets go of what is nothing. */
  dropEmpty(): void {
    for (const [name, value] of this.#left) if (worth(value) === null) this.#left.delete(name);
  }

  left(): Readonly<Record<string, string>> | null {
    if (this.#left.size === 0) return null;
    const record = bare() as Record<string, string>;
    for (const [name, value] of this.#left) record[name] = value;
    return record;
  }
}
