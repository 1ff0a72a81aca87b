import { MINUTE_MS, SECOND_MS } from '../core/time.ts';
import { type Auth, authOf, type AuthNames, plainAuth } from './auth.ts';
import type { SettingReader } from './gather.ts';
import { authorityOf } from './secret-file.ts';
import { SETTINGS } from './settings.ts';

/** How to reach the Elasticsearch of a site. */
export interface ElasticConfig {
  readonly nodes: readonly string[];
  readonly auth: Auth;
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

/** What a client needs to connect, with the secrets in plain text: for the connection and nothing else. */
export function connectionOf({ nodes, auth, ca, caFingerprint, compatibility, requestTimeoutMs }: ElasticConfig) {
  return { nodes, auth: plainAuth(auth), ca, caFingerprint, compatibility, requestTimeoutMs };
}

/** Longest wait for one answer: submitting an async query answers at once, so this bounds a dead connection. */
const REQUEST_TIMEOUT_MS = 30 * SECOND_MS;
/** Elastic Agent's events are searchable within seconds; Windows event forwarding takes minutes. */
const QUERY_DELAY_MS = 5 * MINUTE_MS;

const CREDENTIALS: AuthNames = {
  whose: '',
  apiKey: ['apiKey', 'apiKeyFile'],
  token: ['bearerToken', 'bearerTokenFile'],
  password: ['password', 'passwordFile'],
  username: 'username',
};

/** The connection that the settings describe; null when no node is set. Files of secrets are read here. */
export async function elasticOf(settings: SettingReader): Promise<ElasticConfig | null> {
  const nodes = settings.read('nodes', null);
  const auth = await authOf(settings, CREDENTIALS);
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
