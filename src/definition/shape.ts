import { z } from 'zod';
import type { Place } from '../core/place.ts';
import type { Problem } from '../core/problem.ts';
import { shown } from './schemas/schema-parts.ts';
import { closest, suggestion } from '../core/suggest.ts';
import type { YamlFile } from './yaml-file.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** The value of a file as its schema wants it, or null and every way in which it is not. */
export function checkShape<T>(
  schema: z.ZodType<T>,
  file: YamlFile,
): { readonly value: T | null; readonly problems: readonly Problem[] } {
  const result = schema.safeParse(file.value);
  if (result.success) return { value: result.data, problems: [] };
  return { value: null, problems: result.error.issues.flatMap((issue) => problemsOf(issue, [], schema, file)) };
}

/** A problem at the value of `path`, or at the nearest part of the file around it. */
export function problemAt(file: YamlFile, path: Path, rule: string, message: string, hint: string): Problem {
  return { rule, severity: 'error', place: placeOfValue(file, path), message, hint };
}

/** A problem at the key that `path` ends with. */
export function problemAtKey(file: YamlFile, path: Path, rule: string, message: string, hint: string): Problem {
  return {
    rule,
    severity: 'error',
    place: file.keyPlaces.get(dotted(path)) ?? placeOfValue(file, path),
    message,
    hint,
  };
}

function placeOfValue(file: YamlFile, path: Path): Place {
  for (let length = path.length; length >= 0; length--) {
    const place = file.places.get(dotted(path.slice(0, length)));
    if (place !== undefined) return place;
  }
  return { file: file.file, line: 1, column: 1 };
}

function problemsOf(issue: Issue, above: Path, schema: z.ZodType, file: YamlFile): Problem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, schema, file));
  if (issue.code === 'invalid_union') return unionProblems(issue, path, schema, file);
  if (issue.code === 'invalid_key')
    return issue.issues.map((inner) => problemAtKey(file, path, ruleOf(inner), inner.message, hintOf(inner)));
  if (isMissing(file, path)) return missingKey(path, schema, file);
  return [problemAt(file, path, ruleOf(issue), messageOf(issue, file, path), hintOf(issue))];
}

function unknownKey(key: string, path: Path, schema: z.ZodType, file: YamlFile): Problem {
  return problemAtKey(
    file,
    [...path, key],
    'unknown-key',
    `Key ${shown(key)} is not known${inside(path)}`,
    suggestion(key, keysAt(schema, path)),
  );
}

/** None where the key is there with a slip of the keyboard: that is told as an unknown key. */
function missingKey(path: Path, schema: z.ZodType, file: YamlFile): Problem[] {
  const key = String(path.at(-1));
  const around = path.slice(0, -1);
  const known = new Set(keysAt(schema, around));
  const others = Object.keys(valueAt(file.value, around) ?? {}).filter((other) => !known.has(other));
  if (others.some((other) => closest(other, known) === key)) return [];
  return [
    problemAtKey(
      file,
      around,
      'missing-key',
      `Key "${key}" is missing${inside(around)}`,
      `Add "${key}:"; hunts/_template.yml shows each key`,
    ),
  ];
}

/** The problems of the one alternative that fits the kind of value, else those of the choice itself. */
function unionProblems(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  schema: z.ZodType,
  file: YamlFile,
): Problem[] {
  if (isMissing(file, path)) return missingKey(path, schema, file);
  const fitting = issue.errors.filter(
    (inner) =>
      !inner.some(({ code, path }) => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value')),
  );
  const only = fitting.length === 1 ? fitting[0] : undefined;
  if (only !== undefined && only.every(({ code }) => code !== 'invalid_format' && code !== 'too_small'))
    return only.flatMap((inner) => problemsOf(inner, path, schema, file));
  return [
    problemAt(
      file,
      path,
      'type',
      `${issue.message}, found ${shown(valueAt(file.value, path))}`,
      'Write the value in one of these forms',
    ),
  ];
}

function ruleOf(issue: Issue): string {
  const rule = issue.code === 'custom' ? issue.params?.['rule'] : undefined;
  if (typeof rule === 'string') return rule;
  return issue.code === 'invalid_value'
    ? 'choice'
    : issue.code === 'too_small' || issue.code === 'too_big'
      ? 'range'
      : 'type';
}

function hintOf(issue: Issue): string {
  const hint = issue.code === 'custom' ? issue.params?.['hint'] : undefined;
  if (typeof hint === 'string') return hint;
  if (issue.code === 'invalid_value') return 'Choose one of these';
  return issue.code === 'too_small' || issue.code === 'too_big'
    ? 'Write a value within the bounds'
    : 'Write a value of this kind; quote it if it is a text';
}

function messageOf(issue: Issue, file: YamlFile, path: Path): string {
  const found = shown(valueAt(file.value, path));
  if (issue.code === 'invalid_type') return `Expected ${KIND_NAMES[issue.expected] ?? issue.expected}, found ${found}`;
  if (issue.code === 'invalid_value') return `Expected one of ${issue.values.map(String).join(', ')}, found ${found}`;
  if (issue.code === 'too_small' && issue.origin === 'array') return 'The list is empty';
  if (issue.code === 'too_small') return `Expected at least ${String(issue.minimum)}, found ${found}`;
  return issue.code === 'too_big' ? `Expected at most ${String(issue.maximum)}, found ${found}` : issue.message;
}

const KIND_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function inside(path: Path): string {
  return path.length === 0 ? '' : ` in "${dotted(path)}"`;
}

function isMissing(file: YamlFile, path: Path): boolean {
  return path.length > 0 && typeof path.at(-1) === 'string' && valueAt(file.value, path) === undefined;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}

/** Keys that a schema knows at a path; none where it takes any key. */
function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  const inner = path.reduce<z.ZodType | null>((at, key) => (at === null ? null : childOf(at, key)), schema);
  const objects = inner === null ? [] : objectsOf(inner);
  return objects.flatMap((object) => Object.keys(object.shape));
}

function childOf(schema: z.ZodType, key: PropertyKey): z.ZodType | null {
  const bare = unwrapped(schema);
  if (bare instanceof z.ZodArray) return bare.element as z.ZodType;
  if (bare instanceof z.ZodRecord) return bare.valueType as z.ZodType;
  if (bare instanceof z.ZodObject) return (bare.shape as Record<PropertyKey, z.ZodType | undefined>)[key] ?? null;
  if (bare instanceof z.ZodUnion)
    return bare.options.map((option) => childOf(option as z.ZodType, key)).find((child) => child !== null) ?? null;
  return null;
}

function objectsOf(schema: z.ZodType): readonly z.ZodObject[] {
  const bare = unwrapped(schema);
  if (bare instanceof z.ZodUnion) return bare.options.flatMap((option) => objectsOf(option as z.ZodType));
  return bare instanceof z.ZodObject ? [bare] : [];
}

function unwrapped(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? unwrapped(schema.unwrap() as z.ZodType) : schema;
}

function dotted(path: Path): string {
  return path.map(String).join('.');
}
