import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ParamValue } from '../core/hunt.ts';
import type { ChannelRule } from '../core/notice.ts';
import type { Place } from '../core/place.ts';
import { hasErrors, type Checked, type Problem } from '../core/problem.ts';
import { channelRules, channelSecretInstead } from './channels.ts';
import { heartbeatOf, placeOfKey, type SourceMapping } from './parse-sources.ts';
import { configSchema, type ConfigInput } from './schemas/schema-config.ts';
import { checkShape, problemAtKey } from './shape.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

/** The hunts, lists, exceptions, jobs, parameters and sources of a site, as `hunt.config.yml` states them. */
export interface SiteConfig {
  /** Folder (absolute) that files are named relative to in messages. */
  readonly root: string;
  readonly huntFolders: readonly FolderRef[];
  readonly listFolders: readonly FolderRef[];
  readonly exceptionFolders: readonly FolderRef[];
  /** The package's own are not among them unless the site names them: nothing runs by itself that nobody asked for. */
  readonly jobFolders: readonly FolderRef[];
  readonly params: readonly ParamOverride[];
  readonly sources: readonly SourceMapping[];
  /** Channels that jobs may name in `notify`. */
  readonly channels: readonly ChannelRule[];
  readonly jobChannels: readonly JobChannels[];
}

/** Channels that jobs tell besides those that they name. */
export interface JobChannels {
  /** Job id or glob. */
  readonly jobs: string;
  readonly channels: readonly { readonly name: string; readonly place: Place }[];
  readonly place: Place;
}

/** A folder by its absolute path; `place` is where a file names it, null for a default, which may be absent. */
export interface FolderRef {
  readonly path: string;
  readonly place: Place | null;
}

export interface ParamOverride {
  /** Hunt id or glob. */
  readonly hunts: string;
  readonly values: Readonly<Record<string, ParamValue>>;
  readonly place: Place;
  readonly places: ReadonlyMap<string, Place>;
}

/** A checked `hunt.config.yml`: its values for `config`, and the site that definitions load. */
export interface ConfigFile {
  readonly input: ConfigInput;
  readonly site: SiteConfig;
  readonly places: ReadonlyMap<string, Place>;
}

/** The name that stands for the folder of the package in `hunts:` and `jobs:`. */
const PACKAGE_NAME = 'tracehound';
/** The package's own hunts: beside `src` in a checkout, beside `dist` when published. */
export const PACKAGE_HUNTS = fileURLToPath(new URL('../../hunts', import.meta.url));
/** The package's own jobs, beside its hunts. */
const PACKAGE_JOBS = fileURLToPath(new URL('../../jobs', import.meta.url));
/** Keys by which people would write a secret into the file, and what to use instead; the file is often committed. */
const SECRET_KEYS: ReadonlyMap<string, string> = new Map([
  ['elasticsearch.password', 'password_file or TRACEHOUND_ELASTICSEARCH_PASSWORD'],
  ['elasticsearch.api_key', 'api_key_file or TRACEHOUND_ELASTICSEARCH_API_KEY'],
  ['elasticsearch.bearer_token', 'bearer_token_file or TRACEHOUND_ELASTICSEARCH_BEARER_TOKEN'],
  ['elasticsearch.token', 'bearer_token_file or TRACEHOUND_ELASTICSEARCH_BEARER_TOKEN'],
  ['elasticsearch.secret', 'the environment'],
  ['redis.password', 'password_file or TRACEHOUND_REDIS_PASSWORD'],
  ['redis.sentinel.password', 'password_file or TRACEHOUND_REDIS_SENTINEL_PASSWORD'],
  ['redis.secret', 'the environment'],
]);

/** The site of a folder without `hunt.config.yml`: the package's hunts; `hunts`, `lists`, `exceptions`, `jobs` if there. */
export function defaultSite(root: string): SiteConfig {
  return siteOf(root, root, {}, null);
}

/** The configuration that a file holds, or everything that is wrong with it. `path` is absolute, `file` is for messages. */
export function parseConfig(path: string, file: string, root: string, bytes: Uint8Array): Checked<ConfigFile> {
  const yaml = parseYaml(file, bytes);
  if (!yaml.ok) return yaml;
  const shape = checkShape(configSchema, yaml.value);
  const secrets = checkSecrets(yaml.value);
  const told = new Set(secrets.map(({ place }) => `${place.line}:${place.column}`));
  const others = shape.problems.filter(({ place }) => !told.has(`${place.line}:${place.column}`));
  const problems = [...others, ...secrets];
  if (shape.value === null || hasErrors(problems)) return { ok: false, problems };
  return {
    ok: true,
    value: {
      input: shape.value,
      site: siteOf(root, dirname(path), shape.value, yaml.value),
      places: yaml.value.places,
    },
    problems,
  };
}

function checkSecrets(file: YamlFile): Problem[] {
  return [...file.keyPlaces.keys()].flatMap((path) => {
    const instead = SECRET_KEYS.get(path) ?? channelSecretInstead(path);
    if (instead === undefined) return [];
    return [
      problemAtKey(
        file,
        path.split('.'),
        'secret-in-file',
        `"${path}" would be a secret in a file that is shared`,
        `Use ${instead}`,
      ),
    ];
  });
}

function siteOf(root: string, folder: string, input: ConfigInput, file: YamlFile | null): SiteConfig {
  const folders = (key: FolderKey, defaults: readonly string[]): FolderRef[] =>
    input[key]?.map((name, index) => ({
      path: folderPath(folder, name, key),
      place: file?.places.get(`${key}.${index}`) ?? null,
    })) ?? defaults.map((name) => ({ path: folderPath(folder, name, key), place: null }));
  return {
    root,
    huntFolders: distinct(folders('hunts', [PACKAGE_NAME, 'hunts'])),
    listFolders: folders('lists', ['lists']),
    exceptionFolders: folders('exceptions', ['exceptions']),
    jobFolders: distinct(folders('jobs', ['jobs'])),
    params:
      file === null ? [] : Object.entries(input.params ?? {}).map(([hunts, values]) => overrideOf(file, hunts, values)),
    sources:
      file === null ? [] : Object.entries(input.sources ?? {}).map(([name, source]) => mappingOf(file, name, source)),
    channels: channelRules(input.notify),
    jobChannels:
      file === null
        ? []
        : Object.entries(input.notify?.jobs ?? {}).map(([jobs, names]) => jobChannelsOf(file, jobs, names)),
  };
}

type FolderKey = 'hunts' | 'lists' | 'exceptions' | 'jobs';

function folderPath(folder: string, name: string, key: FolderKey): string {
  if (name !== PACKAGE_NAME) return resolve(folder, name);
  return key === 'jobs' ? PACKAGE_JOBS : PACKAGE_HUNTS;
}

function distinct(folders: readonly FolderRef[]): FolderRef[] {
  return folders.filter(({ path }, index) => folders.findIndex((other) => other.path === path) === index);
}

function overrideOf(file: YamlFile, hunts: string, values: Readonly<Record<string, ParamValue>>): ParamOverride {
  const path = `params.${hunts}`;
  const places = new Map(Object.keys(values).map((name) => [name, placeOfKey(file, `${path}.${name}`)] as const));
  return { hunts, values, place: placeOfKey(file, path), places };
}

function jobChannelsOf(file: YamlFile, jobs: string, names: readonly string[]): JobChannels {
  const path = `notify.jobs.${jobs}`;
  const place = placeOfKey(file, path);
  return {
    jobs,
    place,
    channels: names.map((name, at) => ({ name, place: file.places.get(`${path}.${at}`) ?? place })),
  };
}

function mappingOf(file: YamlFile, name: string, source: NonNullable<ConfigInput['sources']>[string]): SourceMapping {
  const path = `sources.${name}`;
  return {
    name,
    index: source.index ?? null,
    where: file.textAt(`${path}.where`),
    clock: source.clock ?? null,
    heartbeatMs: source.heartbeat === undefined ? null : heartbeatOf(source.heartbeat),
    absent: source.absent ?? false,
    place: placeOfKey(file, path),
  };
}
