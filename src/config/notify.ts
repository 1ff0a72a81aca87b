import { resolve, dirname } from 'node:path';
import { isReceiverUrl } from '../definition/schemas/schema-notify.ts';
import { variablePart } from '../definition/channels.ts';
import type { ConfigFile } from '../definition/site.ts';
import type { Variables } from './gather.ts';
import { Secret } from './secret.ts';
import { secretFileText } from './secret-file.ts';

/** How a channel is reached. What is missing is named in `troubles`: only who sends needs it. */
export interface ChannelConfig {
  /** `webhook:soc`, `slack:hunting`, `stdout`. */
  readonly channel: string;
  readonly kind: 'webhook' | 'slack' | 'stdout';
  /** Null for standard output, or where it is missing. An address is often a secret itself. */
  readonly url: Secret | null;
  /** What bodies are signed with; null where it is not needed, or missing. */
  readonly secret: Secret | null;
  /** Why nothing can be sent, each with its remedy. */
  readonly troubles: readonly string[];
}

/** Shorter ones can be guessed: 16 characters of a generator are 96 bits. */
const SECRET_CHARS_MIN = 16;

interface Place {
  readonly env: Variables;
  /** Folder that paths of the file count from. */
  readonly folder: string;
}

/** The first part of every variable of a channel. */
const VARIABLES = 'TRACEHOUND_NOTIFY_';

/**
 * The channels of `hunt.config.yml` with their secrets, each from its variable, else from the file that is named. A secret
 * that cannot be read is no fault of the configuration: whoever only looks at findings need not be able to read it.
 */
export async function channelsOf(
  file: { readonly path: string; readonly config: ConfigFile } | null,
  env: Variables,
): Promise<readonly ChannelConfig[]> {
  if (file === null) return [];
  const { webhook = {}, slack = {}, stdout } = file.config.input.notify ?? {};
  const place = { env, folder: dirname(file.path) };
  return await Promise.all([
    ...Object.entries(webhook).map(([name, input]) => webhookOf(name, input, place)),
    ...Object.entries(slack).map(([name, input]) => slackOf(name, input, place)),
    ...(stdout === undefined ? [] : [Promise.resolve(STDOUT)]),
  ]);
}

/** Variables that channels of the file may be given by. */
export function channelVariables(config: ConfigFile | null): string[] {
  const { webhook = {}, slack = {} } = config?.input.notify ?? {};
  return [
    ...Object.keys(webhook).flatMap((name) => [variable('webhook', name, 'URL'), variable('webhook', name, 'SECRET')]),
    ...Object.keys(slack).map((name) => variable('slack', name, 'URL')),
  ];
}

const STDOUT: ChannelConfig = { channel: 'stdout', kind: 'stdout', url: null, secret: null, troubles: [] };

type WebhookInput = NonNullable<NonNullable<ConfigFile['input']['notify']>['webhook']>[string];
type SlackInput = NonNullable<NonNullable<ConfigFile['input']['notify']>['slack']>[string];

async function webhookOf(name: string, input: WebhookInput, place: Place): Promise<ChannelConfig> {
  const channel = `webhook:${name}`;
  const url = await found(`the address of ${channel}`, place, {
    variable: variable('webhook', name, 'URL'),
    text: input.url,
    file: input.url_file,
    fault: notAnAddress,
  });
  const secret = await found(`the secret of ${channel}`, place, {
    variable: variable('webhook', name, 'SECRET'),
    text: undefined,
    file: input.secret_file,
    fault: tooShort,
  });
  const troubles = [...url.troubles, ...secret.troubles];
  return { channel, kind: 'webhook', url: url.secret, secret: secret.secret, troubles };
}

async function slackOf(name: string, input: SlackInput, place: Place): Promise<ChannelConfig> {
  const channel = `slack:${name}`;
  const { secret: url, troubles } = await found(`the address of ${channel}`, place, {
    variable: variable('slack', name, 'URL'),
    text: undefined,
    file: input.url_file,
    fault: notAnAddress,
  });
  return { channel, kind: 'slack', url, secret: null, troubles };
}

interface Wanted {
  readonly variable: string;
  readonly text: string | undefined;
  readonly file: string | undefined;
  /** What is wrong with a text, without saying it; null where nothing is. */
  readonly fault: (text: string) => string | null;
}

interface Found {
  readonly secret: Secret | null;
  readonly troubles: readonly string[];
}

/** From the variable, else from the file that is named, else as it stands in `hunt.config.yml`. */
async function found(what: string, { env, folder }: Place, wanted: Wanted): Promise<Found> {
  const given = env[wanted.variable];
  if (given !== undefined && given !== '') return judged(`${wanted.variable}, ${what},`, given, wanted);
  if (wanted.file !== undefined) {
    const read = await secretFileText(resolve(folder, wanted.file));
    if (!read.ok) return { secret: null, troubles: [`The file with ${what} cannot be read: ${read.because}`] };
    return judged(`The file with ${what}`, read.text, wanted);
  }
  if (wanted.text !== undefined) return judged(what, wanted.text, wanted);
  const remedy = `set ${wanted.variable}, or name a file in hunt.config.yml`;
  return { secret: null, troubles: [`${what.replace(/^the/, 'The')} is missing: ${remedy}`] };
}

function judged(where: string, text: string, { fault }: Wanted): Found {
  const because = fault(text);
  return because === null
    ? { secret: new Secret(text), troubles: [] }
    : { secret: null, troubles: [`${where} ${because}`] };
}

function notAnAddress(text: string): string | null {
  return isReceiverUrl(text) ? null : 'holds no address such as https://soc.example/hooks, without user and password';
}

function tooShort(text: string): string | null {
  return text.length >= SECRET_CHARS_MIN ? null : `is shorter than ${SECRET_CHARS_MIN} characters`;
}

function variable(kind: 'webhook' | 'slack', name: string, what: 'URL' | 'SECRET'): string {
  return `${VARIABLES}${kind.toUpperCase()}_${variablePart(name)}_${what}`;
}

/** What a sender needs of a channel without troubles, with the secrets in plain text: for the connection and nothing else. */
export function targetOf({ channel: name, kind, url, secret }: ChannelConfig) {
  if (kind === 'stdout') return { kind, name };
  const plainUrl = url?.reveal() ?? '';
  return kind === 'slack'
    ? { kind, name, url: plainUrl }
    : { kind, name, url: plainUrl, secret: secret?.reveal() ?? '' };
}
