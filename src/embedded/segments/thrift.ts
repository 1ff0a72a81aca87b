/** Writes structs in Thrift's compact protocol, as far as Parquet's headers need it: numbers, texts, lists and structs. */
export class ThriftWriter {
  readonly #bytes: number[] = [];
  /** Numbers of the last field of each struct that is open. */
  readonly #fields: number[] = [0];

  /** A field of type i32 or i64, by its number. */
  number(field: number, value: number, bits: 32 | 64 = 32): void {
    this.#field(field, bits === 32 ? 5 : 6);
    this.#varint(zigzag(value));
  }

  text(field: number, text: string): void {
    this.#field(field, 8);
    this.#text(text);
  }

  struct(field: number, write: () => void): void {
    this.#field(field, 12);
    this.#struct(write);
  }

  structs<T>(field: number, items: readonly T[], write: (item: T) => void): void {
    this.#list(field, items.length, 12);
    for (const item of items) this.#struct(() => write(item));
  }

  numbers(field: number, items: readonly number[]): void {
    this.#list(field, items.length, 5);
    for (const item of items) this.#varint(zigzag(item));
  }

  texts(field: number, items: readonly string[]): void {
    this.#list(field, items.length, 8);
    for (const item of items) this.#text(item);
  }

  /** The outermost struct, ended. */
  end(): Buffer {
    this.#bytes.push(0);
    return Buffer.from(this.#bytes);
  }

  #struct(write: () => void): void {
    this.#fields.push(0);
    write();
    this.#fields.pop();
    this.#bytes.push(0);
  }

  /** Fields come in order, at most 15 apart. */
  #field(field: number, type: number): void {
    const last = this.#fields.pop() ?? 0;
    this.#fields.push(field);
    this.#bytes.push(((field - last) << 4) | type);
  }

  #list(field: number, size: number, type: number): void {
    this.#field(field, 9);
    if (size < 15) this.#bytes.push((size << 4) | type);
    else {
      this.#bytes.push(0xf0 | type);
      this.#varint(size);
    }
  }

  #text(text: string): void {
    const bytes = Buffer.from(text);
    this.#varint(bytes.length);
    this.#bytes.push(...bytes);
  }

  #varint(value: number): void {
    this.#bytes.push(...varint(value));
  }
}

/** A whole number that is not negative, seven bits a byte, the lowest first. */
export function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return [...bytes, rest];
}

/** Only numbers that are not negative occur here. */
function zigzag(value: number): number {
  return value * 2;
}
