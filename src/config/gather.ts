import { dirname, resolve } from 'node:path';
import { redact } from '../core/error.ts';
import type { Problem } from '../core/problem.ts';
import type { ConfigFile } from '../definition/site.ts';
import { suggestion } from '../core/suggest.ts';
import { SETTINGS, type PathName, type SettingName, type SettingValue } from './settings.ts';

export type { PathName } from './settings.ts';

/** The text of a setting, what gave it, and the folder that a path in it counts from. */
export interface Given {
  readonly text: string;
  /** As messages name it: a variable, a flag, or a key of the file. */
  readonly origin: string;
  readonly folder: string;
}

export type Settings = ReadonlyMap<SettingName, Given>;
export type Variables = Readonly<Record<string, string | undefined>>;
/** Values of the command line by the name of the setting they stand for. */
export type Flags = Readonly<Partial<Record<SettingName, string | undefined>>>;

const PREFIX = 'TRACEHOUND_';
const NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** Each setting from the first that gives it: flag, variable, file. An empty variable is none. */
export function gatherSettings(
  cwd: string,
  flags: Flags,
  env: Variables,
  file: { readonly path: string; readonly config: ConfigFile } | null,
): Settings {
  const entries = NAMES.flatMap((name): [SettingName, Given][] => {
    const { variable, path } = SETTINGS[name];
    const fromFile = file === null || path === null ? undefined : fileText(file.config.input, path);
    const given =
      givenBy(flags[name], `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, cwd) ??
      givenBy(env[variable] === '' ? undefined : env[variable], variable, cwd) ??
      givenBy(fromFile, path ?? name, dirname(file?.path ?? cwd));
    return given === null ? [] : [[name, given]];
  });
  return new Map(entries);
}

function givenBy(text: string | undefined, origin: string, folder: string): Given | null {
  return text === undefined ? null : { text, origin, folder };
}

/** The file was checked against its schema, so a value here is a text, a number or a list of texts. */
function fileText(input: object, path: string): string | undefined {
  const value = path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Readonly<Record<string, unknown>> | undefined)?.[key], input);
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Reads settings one by one and collects what is wrong with them. */
export class SettingReader {
  readonly problems: Problem[] = [];
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  given(name: SettingName): Given | undefined {
    return this.#settings.get(name);
  }

  /** The value of a setting; the fallback where nothing gives it, or where what is given is a problem. */
  read<N extends SettingName, F>(name: N, fallback: F): SettingValue<N> | F {
    const given = this.#settings.get(name);
    if (given === undefined) return fallback;
    const value = SETTINGS[name].parse(given.text) as SettingValue<N> | null;
    if (value !== null) return value;
    const found = 'secret' in SETTINGS[name] ? 'nothing of the kind' : JSON.stringify(redact(given.text));
    this.report(
      given.origin,
      'setting',
      `${given.origin} must be ${SETTINGS[name].allowed}, found ${found}`,
      'Set it anew, or remove it',
    );
    return fallback;
  }

  /** The absolute path that a setting names, from the folder of the file, or the working folder. */
  readPath(name: PathName): string | null {
    const path = this.read(name, null);
    return path === null ? null : resolve(this.#settings.get(name)?.folder ?? '', path);
  }

  report(origin: string, rule: string, message: string, hint: string): void {
    this.problems.push({ rule, severity: 'error', place: { file: origin, line: 1, column: 1 }, message, hint });
  }
}

/** A variable with our prefix that means nothing is most likely a slip, which would go unseen; `others` mean something. */
export function unknownVariables(env: Variables, others: readonly string[]): Problem[] {
  const known = new Set<string>([...NAMES.map((name) => SETTINGS[name].variable), ...others]);
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.has(name))
    .sort()
    .map((name): Problem => {
      return {
        rule: 'unknown-variable',
        severity: 'warning',
        place: { file: name, line: 1, column: 1 },
        message: `${name} is no setting`,
        hint: suggestion(name, known),
      };
    });
}
