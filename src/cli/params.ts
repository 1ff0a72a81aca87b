import { HuntError } from '../core/error.ts';
import type { Hunt, ParamValue } from '../core/hunt.ts';
import { suggestion } from '../core/suggest.ts';

export type Params = Readonly<Record<string, ParamValue>>;

/**
 * The values of `--param name=value` flags for one hunt, each of the type that the hunt's own value has; a list is
 * written with commas. Throws USAGE for a parameter the hunt does not have and for a value of another type.
 */
export function readParams(flags: readonly string[], hunt: Pick<Hunt, 'id' | 'params'>): Params {
  return Object.fromEntries(flags.map((flag) => readParam(flag, hunt)));
}

function readParam(flag: string, { id, params }: Pick<Hunt, 'id' | 'params'>): readonly [string, ParamValue] {
  const equals = flag.indexOf('=');
  if (equals < 1) {
    throw new HuntError('USAGE', `Cannot read --param "${flag}"`, { remedy: 'Write --param name=value' });
  }
  const name = flag.slice(0, equals);
  const own = Object.hasOwn(params, name) ? params[name] : undefined;
  if (own === undefined) {
    const remedy = suggestion(name, Object.keys(params));
    throw new HuntError('USAGE', `Hunt "${id}" has no parameter "${name}"`, { remedy });
  }
  return [name, valueLike(own, flag.slice(equals + 1), name)];
}

function valueLike(own: ParamValue, text: string, name: string): ParamValue {
  if (typeof own !== 'object') return scalarLike(own, text, name);
  const items = text === '' ? [] : text.split(',').map((item) => item.trim());
  return items.map((item) => scalarLike(own[0] ?? '', item, name));
}

function scalarLike(own: string | number | boolean, text: string, name: string): string | number | boolean {
  if (typeof own === 'string') return text;
  if (typeof own === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  if (typeof own === 'number' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  const remedy = `Its own value is ${String(own)}`;
  throw new HuntError('USAGE', `Parameter "${name}" takes a ${typeof own}, not "${text}"`, { remedy });
}
