import { HuntError } from '../core/error.ts';

/** What an answer must be to be used; everything the server sends is `unknown` until it passed here. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own field of an object, undefined for anything else: an inherited `constructor` is no field. */
export function fieldOf(value: unknown, name: string): unknown {
  return isFields(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A text field, undefined where it is none. */
export function textIn(value: unknown, name: string): string | undefined {
  const field = fieldOf(value, name);
  return typeof field === 'string' ? field : undefined;
}

/** A number field, undefined where it is none. */
export function numberIn(value: unknown, name: string): number | undefined {
  const field = fieldOf(value, name);
  return typeof field === 'number' ? field : undefined;
}

/** A list field, empty where it is none. */
export function listIn(value: unknown, name: string): readonly unknown[] {
  const field = fieldOf(value, name);
  return Array.isArray(field) ? field : [];
}

/** The texts of a list field. */
export function textsIn(value: unknown, name: string): readonly string[] {
  return listIn(value, name).filter((item) => typeof item === 'string');
}

/** A value that must be an object, else ANSWER_NOT_UNDERSTOOD naming what it was to be. */
export function expectFields(value: unknown, what: string): Fields {
  if (!isFields(value)) throw notUnderstood(what, value);
  return value;
}

/** A field that must be a list, else ANSWER_NOT_UNDERSTOOD. */
export function expectList(value: unknown, name: string, what: string): readonly unknown[] {
  const field = fieldOf(value, name);
  if (!Array.isArray(field)) throw notUnderstood(`${what}, "${name}"`, field);
  return field;
}

/** A field that must be text, else ANSWER_NOT_UNDERSTOOD. */
export function expectText(value: unknown, name: string, what: string): string {
  const field = fieldOf(value, name);
  if (typeof field !== 'string') throw notUnderstood(`${what}, "${name}"`, field);
  return field;
}

/** A field that must be a number, else ANSWER_NOT_UNDERSTOOD. */
export function expectNumber(value: unknown, name: string, what: string): number {
  const field = fieldOf(value, name);
  if (typeof field !== 'number') throw notUnderstood(`${what}, "${name}"`, field);
  return field;
}

/** Says which part of an answer is not what it must be; never shows its content, which is log data. */
export function notUnderstood(what: string, found: unknown): HuntError {
  const kind = found === null ? 'null' : Array.isArray(found) ? 'list' : typeof found;
  return new HuntError('ANSWER_NOT_UNDERSTOOD', `Cannot read the answer of Elasticsearch: ${what} is "${kind}"`, {
    remedy: 'Use Elasticsearch 8.19 or 9.x, and check whether a proxy in between changes answers',
  });
}
