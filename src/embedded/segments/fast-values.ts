import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/time.ts';

const ZERO = 0x30;
/** `2026-11-21T04:00:` stands before the seconds. */
const MINUTE_LENGTH = 17;

/**
 * Reads instants as logs write them (`2026-11-21T04:00:00.123Z`, any number of digits after the point, cut to ms). Events
 * of one minute follow each other, so what stands before the seconds is read once.
 */
export class InstantReader {
  readonly #minute = new Uint8Array(MINUTE_LENGTH);
  #minuteMs = 0;

  /** Epoch ms; -1 for any other form, and for times before 1970: those go the long way. */
  read(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (length < 20 || length > 30 || bytes[end - 1] !== 0x5a) return -1;
    if (!this.#sameMinute(bytes, start) && !this.#readMinute(bytes, start)) return -1;
    const seconds = pair(bytes, start + 17);
    if (seconds < 0 || seconds > 59) return -1;
    const fraction = length === 20 ? 0 : fractionMs(bytes, start + 19, end - 1);
    return fraction < 0 ? -1 : this.#minuteMs + seconds * SECOND_MS + fraction;
  }

  #sameMinute(bytes: Uint8Array, start: number): boolean {
    for (let index = MINUTE_LENGTH - 1; index >= 0; index--) {
      if (bytes[start + index] !== this.#minute[index]) return false;
    }
    return true;
  }

  #readMinute(bytes: Uint8Array, start: number): boolean {
    const [century, year2, month, day] = [0, 2, 5, 8].map((at) => pair(bytes, start + at)) as [
      number,
      number,
      number,
      number,
    ];
    const [hour, minute] = [pair(bytes, start + 11), pair(bytes, start + 14)];
    const marks = [4, 7, 10, 13, 16].map((at) => String.fromCharCode(bytes[start + at] ?? 0)).join('');
    if (marks !== '--T::' || century < 0 || year2 < 0 || month < 1 || day < 1) return false;
    const date = Date.UTC(century * 100 + year2, month - 1, day);
    const real = new Date(date).getUTCDate() === day && month <= 12;
    if (!real || date < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59) return false;
    this.#minute.set(bytes.subarray(start, start + MINUTE_LENGTH));
    this.#minuteMs = date + hour * HOUR_MS + minute * MINUTE_MS;
    return date % DAY_MS === 0;
  }
}

/** Two digits as a number, -1 where they are none. */
function pair(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - ZERO;
  const ones = bytes[at + 1]! - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/** The digits after a point, cut to ms; -1 where there are none or more than nine. */
function fractionMs(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== 0x2e || end - at < 2 || end - at > 10) return -1;
  let ms = 0;
  for (let index = 1; index < end - at || index <= 3; index++) {
    const digit = index < end - at ? bytes[at + index]! - ZERO : 0;
    if (digit < 0 || digit > 9) return -1;
    if (index <= 3) ms = ms * 10 + digit;
  }
  return ms;
}

/** A version 4 address as a number of 32 bits; -1 for any other text. As `parseIp`: no leading zeros. */
export function quadOf(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let octet = -1;
  let dots = 0;
  if (end - start > 15) return -1;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === 0x2e) {
      if (octet < 0) return -1;
      [value, octet] = [value * 256 + octet, -1];
      dots++;
    } else {
      if (byte < ZERO || byte > 0x39 || octet === 0) return -1;
      octet = (octet < 0 ? 0 : octet) * 10 + byte - ZERO;
      if (octet > 255) return -1;
    }
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : -1;
}

/** Whether bytes are an optional minus and at most `digits` digits. */
export function isShortWhole(bytes: Uint8Array, start: number, end: number, digits: number): boolean {
  if (end - start > digits) return false;
  for (let at = bytes[start] === 0x2d ? start + 1 : start; at < end; at++) {
    if (bytes[at]! < ZERO || bytes[at]! > 0x39) return false;
  }
  return true;
}
