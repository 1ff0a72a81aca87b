import { unreachable } from '../core/error.ts';
import { MINUTE_MS, SECOND_MS } from '../core/time.ts';
import type { SettingReader } from './gather.ts';
import type { Secret } from './secret.ts';
import { authorityOf, secretOf } from './secret-file.ts';
import { SETTINGS } from './settings.ts';

/** How to reach the Elasticsearch of a site. */
export interface ElasticConfig {
  readonly nodes: readonly string[];
  readonly auth: ElasticAuth;
  /** Certificate authority, PEM. */
  readonly ca: string | null;
  /** SHA-256 of its certificate, hexadecimal. */
  readonly caFingerprint: string | null;
  readonly compatibility: 'auto' | 8 | 9;
  readonly requestTimeoutMs: number;
  readonly queryDelayMs: number;
  /** First part of the names of our indices: `hunt` gives `hunt-findings`. */
  readonly prefix: string;
}

export type ElasticAuth =
  | { readonly type: 'none' }
  | { readonly type: 'apiKey'; readonly apiKey: Secret }
  | { readonly type: 'basic'; readonly username: string; readonly password: Secret }
  | { readonly type: 'bearer'; readonly token: Secret };

/** What a client needs to connect, with the secrets in plain text: for the connection and nothing else. */
export function connectionOf({ nodes, auth, ca, caFingerprint, compatibility, requestTimeoutMs }: ElasticConfig) {
  return { nodes, auth: plainAuth(auth), ca, caFingerprint, compatibility, requestTimeoutMs };
}

function plainAuth(auth: ElasticAuth) {
  switch (auth.type) {
    case 'none':
      return auth;
    case 'apiKey':
      return { type: auth.type, apiKey: auth.apiKey.reveal() };
    case 'basic':
      return { type: auth.type, username: auth.username, password: auth.password.reveal() };
    case 'bearer':
      return { type: auth.type, token: auth.token.reveal() };
    default:
      return unreachable(auth);
  }
}

/** Longest wait for one answer: submitting an async query answers at once, so this bounds a dead connection. */
const REQUEST_TIMEOUT_MS = 30 * SECOND_MS;
/** Elastic Agent's events are searchable within seconds; Windows event forwarding takes minutes. */
const QUERY_DELAY_MS = 5 * MINUTE_MS;

/** The connection that the settings describe; null when no node is set. Files of secrets are read here. */
export async function elasticOf(settings: SettingReader): Promise<ElasticConfig | null> {
  const nodes = settings.read('nodes', null);
  const auth = await authOf(settings);
  const connection: Omit<ElasticConfig, 'nodes'> = {
    auth,
    ca: await authorityOf(settings, 'caFile'),
    caFingerprint: settings.read('fingerprint', null),
    compatibility: settings.read('compatibility', 'auto'),
    requestTimeoutMs: settings.read('requestTimeout', REQUEST_TIMEOUT_MS),
    queryDelayMs: settings.read('queryDelay', QUERY_DELAY_MS),
    prefix: settings.read('prefix', 'hunt'),
  };
  if (nodes === null && settings.given('nodes') === undefined && auth.type !== 'none')
    settings.report(
      SETTINGS.nodes.variable,
      'no-nodes',
      'Credentials are set, but no Elasticsearch node',
      `Set ${SETTINGS.nodes.variable}, or ${SETTINGS.nodes.path} in hunt.config.yml`,
    );
  return nodes === null ? null : { nodes, ...connection };
}

async function authOf(settings: SettingReader): Promise<ElasticAuth> {
  const [apiKey, token, password] = [
    await secretOf(settings, 'apiKey', 'apiKeyFile'),
    await secretOf(settings, 'bearerToken', 'bearerTokenFile'),
    await secretOf(settings, 'password', 'passwordFile'),
  ];
  const username = settings.read('username', null);
  const kinds = [
    apiKey && 'an API key',
    token && 'a bearer token',
    (password ?? username) && 'a user with password',
  ].filter((kind) => kind !== null && kind !== '');
  if (kinds.length > 1)
    settings.report(
      'credentials',
      'two-credentials',
      `Credentials are ambiguous: ${kinds.join(' and ')} are set`,
      'Keep one of them',
    );
  if (apiKey !== null) return { type: 'apiKey', apiKey };
  if (token !== null) return { type: 'bearer', token };
  if (username !== null && password !== null) return { type: 'basic', username, password };
  checkHalfUser(settings, username, password);
  return { type: 'none' };
}

/** A user without password, or the reverse, unless the missing half has a problem of its own already. */
function checkHalfUser(settings: SettingReader, username: string | null, password: Secret | null): void {
  const { variable } = SETTINGS[username === null ? 'username' : 'password'];
  const passwordGiven = settings.given('password') ?? settings.given('passwordFile');
  if (username !== null && password === null && passwordGiven === undefined)
    settings.report(
      variable,
      'half-user',
      `User ${JSON.stringify(username)} is set without a password`,
      `Set ${variable} or ${SETTINGS.passwordFile.variable}`,
    );
  if (username === null && password !== null)
    settings.report(variable, 'half-user', 'A password is set without a user', `Set ${variable}`);
}
