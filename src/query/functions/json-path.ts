const STEP = /\.?([^.[\]]+)|\[(\d+)\]|\[(?:'([^']*)'|"([^"]*)")\]/y;

/** The steps of a path as JSON_EXTRACT takes it: `a.b`, `$.a.b`, `items[0]`, `['a.b']`; null for anything else. */
function jsonPath(text: string): readonly (string | number)[] | null {
  const body = text.startsWith('$') ? text.slice(1) : text;
  const steps: (string | number)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < body.length) {
    const match = STEP.exec(body);
    if (match === null) return null;
    steps.push(match[2] === undefined ? (match[1] ?? match[3] ?? match[4] ?? '') : Number(match[2]));
  }
  return steps;
}

/** What lies at a path of a JSON text: a string as it is, anything else as JSON; null where there is nothing, or no JSON. */
export function extractJson(json: string, path: string): string | null {
  const steps = jsonPath(path);
  const found = steps === null ? undefined : steps.reduce<unknown>(child, parsed(json));
  if (found === undefined || found === null) return null;
  return typeof found === 'string' ? found : JSON.stringify(found);
}

function child(value: unknown, step: string | number): unknown {
  if (typeof step === 'number') return Array.isArray(value) ? value[step] : undefined;
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // No JSON has nothing at any path: null with a warning in Elasticsearch.
  }
}
