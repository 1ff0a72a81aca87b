import { send as sendAnswer, type Answer } from './recorder.ts';
import { listen, type Received } from './http.ts';

/** An object as the fake keeps it. */
export interface FakeObject {
  readonly type: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly { readonly type: string; readonly id: string; readonly name: string }[];
  readonly [part: string]: unknown;
}

/** A server that answers as Kibana is documented to, and keeps objects by space. */
export interface FakeKibana extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly Received[];
  /** Objects by `<space>/<type>/<id>`; the default space is `default`. */
  readonly objects: Map<string, FakeObject>;
}

/** Answers instead of the fake; null: the fake answers. `hang`: nobody answers. */
export type Instead = (received: Received) => Answer | 'hang' | 'cut' | null;

export async function startKibana({
  version = '8.19.21',
  spaces = ['default'],
  instead = () => null,
}: {
  readonly version?: string;
  readonly spaces?: readonly string[];
  readonly instead?: Instead;
} = {}): Promise<FakeKibana> {
  const requests: Received[] = [];
  const objects = new Map<string, FakeObject>();
  const server = await listen(async (received, response) => {
    requests.push(received);
    const answer = instead(received) ?? answerTo(received, { version, spaces, objects });
    if (answer === 'hang') return;
    if (answer === 'cut') response.destroy();
    else
      sendAnswer(response, { ...answer, headers: { 'x-elastic-product': '', 'kbn-name': 'fake', ...answer.headers } });
  });
  return { url: server.url, requests, objects, [Symbol.asyncDispose]: () => server.close() };
}

interface State {
  readonly version: string;
  readonly spaces: readonly string[];
  readonly objects: Map<string, FakeObject>;
}

/** An error in the form of Kibana's HTTP server. */
export function kibanaError(statusCode: number, error: string, message: string, more: object = {}): Answer {
  return { status: statusCode, body: { statusCode, error, message, ...more } };
}

function answerTo(received: Received, state: State): Answer {
  const { pathname, searchParams } = new URL(received.path, 'http://kibana.example');
  const [, space = 'default', path = pathname] = /^\/s\/([^/]+)(\/.*)$/.exec(pathname) ?? [];
  if (received.method === 'POST' && received.headers['kbn-xsrf'] === undefined)
    return kibanaError(400, 'Bad Request', 'Request must contain a kbn-xsrf header.');
  if (path === '/api/status') return { body: { name: 'kibana', version: { number: state.version } } };
  if (path.startsWith('/api/spaces/space/')) return spaceAnswer(path.slice('/api/spaces/space/'.length), state);
  if (path === '/api/saved_objects/_export') return exportAnswer(received.body, space, state);
  if (path === '/api/saved_objects/_import')
    return importAnswer(received, { space, overwrite: searchParams.get('overwrite') === 'true' }, state);
  return kibanaError(404, 'Not Found', 'Not Found');
}

function spaceAnswer(id: string, { spaces }: State): Answer {
  return spaces.includes(id) ? { body: { id, name: id } } : kibanaError(404, 'Not Found', 'Not Found');
}

function exportAnswer(body: string, space: string, { objects }: State): Answer {
  const { objects: asked } = JSON.parse(body) as { objects: { type: string; id: string }[] };
  const missing = asked.filter(({ type, id }) => !objects.has(`${space}/${type}/${id}`));
  if (missing.length > 0) {
    const faults = missing.map(({ type, id }) => {
      const message = `Saved object [${type}/${id}] not found`;
      return { id, type, error: { statusCode: 404, error: 'Not Found', message } };
    });
    return kibanaError(400, 'Bad Request', 'Error fetching objects to export', { attributes: { objects: faults } });
  }
  const lines = asked.map(({ type, id }) => JSON.stringify(objects.get(`${space}/${type}/${id}`)));
  return { body: lines.join('\n'), headers: { 'content-type': 'application/ndjson' } };
}

/** The objects in the file of a form. */
export function uploaded({ body, headers }: Received): FakeObject[] {
  const boundary = /boundary=(\S+)/.exec(headers['content-type'] ?? '')?.[1] ?? '';
  const [, part = ''] = body.split(`--${boundary}`);
  const [head = '', ...content] = part.split('\r\n\r\n');
  if (!/name="file"; filename="[^"]+\.ndjson"/.test(head)) throw new Error(`No file in the form: ${head}`);
  const lines = content.join('\r\n\r\n').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as FakeObject);
}

function importAnswer(
  received: Received,
  { space, overwrite }: { readonly space: string; readonly overwrite: boolean },
  { objects }: State,
): Answer {
  const file = uploaded(received);
  const known = new Set([...objects.keys(), ...file.map(({ type, id }) => `${space}/${type}/${id}`)]);
  const errors = file.flatMap(({ type, id, references }): object[] => {
    if (!overwrite && objects.has(`${space}/${type}/${id}`)) return [{ type, id, error: { type: 'conflict' } }];
    // Kibana looks for these alone.
    const missing = references.filter(
      (each) => ['index-pattern', 'search'].includes(each.type) && !known.has(`${space}/${each.type}/${each.id}`),
    );
    return missing.length === 0 ? [] : [{ type, id, error: { type: 'missing_references', references: missing } }];
  });
  if (errors.length > 0) return { body: { success: false, successCount: 0, errors, warnings: [] } };
  for (const object of file) objects.set(`${space}/${object.type}/${object.id}`, object);
  const successResults = file.map(({ type, id }) => ({ type, id, meta: {} }));
  return { body: { success: true, successCount: file.length, successResults, warnings: [] } };
}
