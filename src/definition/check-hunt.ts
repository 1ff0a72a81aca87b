import type { Problem } from '../core/problem.ts';
import { problemAt, problemAtKey } from './shape.ts';
import { suggestion } from '../core/suggest.ts';
import type { YamlFile } from './yaml-file.ts';

/**
 * What a schema of single values cannot say about a hunt file. It reads the raw value and takes nothing for granted,
 * so it speaks up beside the problems of the schema and never repeats one.
 */
export function checkHuntFile(file: YamlFile): Problem[] {
  const hunt = mapping(file.value);
  if (Object.keys(hunt).length === 0) return [];
  return [
    ...checkBody(file, hunt),
    ...checkSources(file, mapping(hunt['sources'])),
    ...checkFinding(file, hunt),
    ...checkParamNames(file, hunt),
    ...checkUnique(file, ['exceptions'], 'id', 'exception'),
    ...checkUnique(file, ['enrich', 'events'], 'name', 'enrichment'),
    ...checkUnique(file, ['tests'], 'name', 'test'),
    ...checkTiles(file, hunt),
    ...checkEnriched(file, hunt),
  ];
}

const BODIES = ['esql', 'prevalence', 'first_seen', 'beacon'];
const NOT_BUILT = ['beacon'];
const DECLARATIVE = ['prevalence', 'first_seen'] as const;

const BUILT = '"esql:", "prevalence:" or "first_seen:"';

function checkBody(file: YamlFile, hunt: Mapping): Problem[] {
  const given = BODIES.filter((key) => hunt[key] !== undefined);
  const notBuilt = given.filter((key) => NOT_BUILT.includes(key));
  const extra = given.slice(1).filter((key) => !NOT_BUILT.includes(key));
  return [
    ...(given.length === 0
      ? [problemAt(file, [], 'no-body', 'The hunt says nothing of how to look', `Add ${BUILT}`)]
      : []),
    ...notBuilt.map((key) =>
      problemAtKey(file, [key], 'not-built', `${key} is not built yet`, `Write the hunt as ${BUILT}`),
    ),
    ...extra.map((key) =>
      problemAtKey(
        file,
        [key],
        'two-bodies',
        `The hunt has "${given[0]}" and "${key}"`,
        'Keep one of them; make two hunts of two questions',
      ),
    ),
  ];
}

function checkSources(file: YamlFile, sources: Mapping): Problem[] {
  const given = ['any_of', 'all_of'].filter((key) => sources[key] !== undefined);
  if (given.length === 1 || file.places.get('sources') === undefined) return [];
  const message = given.length === 0 ? 'The hunt names no source' : 'The hunt has both any_of and all_of';
  return [
    problemAtKey(
      file,
      ['sources'],
      'sources',
      message,
      'Write any_of where one source is enough, all_of where each is needed',
    ),
  ];
}

function checkFinding(file: YamlFile, hunt: Mapping): Problem[] {
  const finding = mapping(hunt['finding']);
  const given = ['key', 'seen', 'drilldown'].filter((key) => finding[key] !== undefined);
  const type = DECLARATIVE.find((key) => hunt[key] !== undefined);
  if (type !== undefined && hunt['esql'] === undefined)
    return [
      ...given.map((key) => onlyForEsql(file, ['finding', key], `A ${type} hunt has it from its "of" fields`)),
      ...(hunt['top'] === undefined ? [] : [onlyForEsql(file, ['top'], 'Remove it')]),
    ];
  if (hunt['esql'] === undefined || finding['key'] !== undefined || hunt['finding'] === undefined) return [];
  return [
    problemAtKey(
      file,
      ['finding'],
      'missing-key',
      'Key "key" is missing in "finding"',
      'Name the columns that make a finding the same finding',
    ),
  ];
}

function onlyForEsql(file: YamlFile, path: readonly string[], hint: string): Problem {
  return problemAtKey(file, path, 'esql-only', `"${path.join('.')}" belongs to esql hunts only`, hint);
}

const THRESHOLDS = ['at_most', 'min_population', 'min_history'];

/** `?name` in thresholds, and the parameters that tests change, must be among those of the hunt. */
function checkParamNames(file: YamlFile, hunt: Mapping): Problem[] {
  const known = Object.keys(mapping(hunt['params']));
  const unknown = (path: readonly string[], name: string): Problem[] =>
    known.includes(name)
      ? []
      : [
          problemAtKey(
            file,
            path,
            'unknown-param',
            `The hunt has no parameter "${name}"`,
            known.length === 0 ? 'Add it under "params:"' : suggestion(name, known),
          ),
        ];
  const references = DECLARATIVE.flatMap((type) =>
    THRESHOLDS.flatMap((key) => {
      const value = mapping(hunt[type])[key];
      return typeof value === 'string' && value.startsWith('?') ? unknown([type, key], value.slice(1)) : [];
    }),
  );
  const overrides = list(hunt['tests']).flatMap((test, index) =>
    Object.keys(mapping(mapping(test)['params'])).flatMap((name) =>
      unknown(['tests', String(index), 'params', name], name),
    ),
  );
  return [...references, ...overrides];
}

/** `enriched` of a test's finding names enrichments of the hunt, with a list of rows each. */
function checkEnriched(file: YamlFile, hunt: Mapping): Problem[] {
  const known = list(mapping(hunt['enrich'])['events']).flatMap((each) => {
    const name = mapping(each)['name'];
    return typeof name === 'string' ? [name] : [];
  });
  return list(hunt['tests']).flatMap((test, at) =>
    list(mapping(test)['finds']).flatMap((found, number) =>
      Object.entries(mapping(mapping(found)['enriched'])).flatMap(([name, rows]) => {
        const path = ['tests', String(at), 'finds', String(number), 'enriched', name];
        return [...unknownEnrichment(file, path, name, known), ...noRows(file, path, rows)];
      }),
    ),
  );
}

function unknownEnrichment(file: YamlFile, path: readonly string[], name: string, known: readonly string[]): Problem[] {
  if (known.includes(name)) return [];
  const hint = known.length === 0 ? 'Add it under "enrich:", as an item of "events:"' : suggestion(name, known);
  return [problemAtKey(file, path, 'unknown-enrichment', `The hunt has no enrichment "${name}"`, hint)];
}

function noRows(file: YamlFile, path: readonly string[], rows: unknown): Problem[] {
  if (Array.isArray(rows) && rows.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row)))
    return [];
  const hint = 'Write one mapping of columns for each row; [] where there must be none';
  return [problemAtKey(file, path, 'type', 'Expected a list of rows', hint)];
}

/** Items of a list that carry a name which an earlier one has. */
function checkUnique(file: YamlFile, path: readonly string[], key: string, noun: string): Problem[] {
  const seen = new Set<unknown>();
  const items = path.reduce<unknown>((value, name) => mapping(value)[name], file.value);
  return list(items).flatMap((item, index) => {
    const name = mapping(item)[key];
    if (typeof name !== 'string') return [];
    const repeated = seen.has(name);
    seen.add(name);
    return repeated
      ? [
          problemAt(
            file,
            [...path, String(index), key],
            `duplicate-${noun}`,
            `Another ${noun} has the ${key} "${name}"`,
            `Let each ${noun} have its own`,
          ),
        ]
      : [];
  });
}

function checkTiles(file: YamlFile, hunt: Mapping): Problem[] {
  return list(hunt['tests']).flatMap((test, index) => {
    const { from, to } = mapping(mapping(test)['tile']);
    if (typeof from !== 'string' || typeof to !== 'string' || !(Date.parse(from) >= Date.parse(to))) return [];
    return [
      problemAt(
        file,
        ['tests', String(index), 'tile'],
        'tile',
        `The tile ends ("${to}") before or when it starts ("${from}")`,
        'Let "to" be later than "from"',
      ),
    ];
  });
}

type Mapping = Readonly<Record<string, unknown>>;

function mapping(value: unknown): Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
