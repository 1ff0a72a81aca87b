import { SECOND_MS } from '../core/time.ts';
import { type Auth, authOf, type AuthNames, plainAuth } from './auth.ts';
import type { SettingReader } from './gather.ts';
import { authorityOf } from './secret-file.ts';
import { SETTINGS } from './settings.ts';

/** How to reach the Kibana in which analysts look at findings. */
export interface KibanaConfig {
  /** Address, perhaps with the path that a proxy puts before Kibana. */
  readonly url: string;
  /** null: the default space. */
  readonly space: string | null;
  readonly auth: Auth;
  /** Certificate authority, PEM. */
  readonly ca: string | null;
  readonly requestTimeoutMs: number;
}

/** What is needed to connect, with the secrets in plain text: for the connection and nothing else. */
export function kibanaConnectionOf({ auth, ...rest }: KibanaConfig) {
  return { ...rest, auth: plainAuth(auth) };
}

/** An import writes a dozen objects; Kibana brings each up to its own form first. */
const REQUEST_TIMEOUT_MS = 60 * SECOND_MS;
/** The id that Kibana gives the space without an id in its addresses. */
const DEFAULT_SPACE = 'default';

const CREDENTIALS: AuthNames = {
  whose: ' of Kibana',
  apiKey: ['kibanaApiKey', 'kibanaApiKeyFile'],
  token: ['kibanaBearerToken', 'kibanaBearerTokenFile'],
  password: ['kibanaPassword', 'kibanaPasswordFile'],
  username: 'kibanaUsername',
};

/** The Kibana that the settings describe; null when no address is set. Files of secrets are read here. */
export async function kibanaOf(settings: SettingReader): Promise<KibanaConfig | null> {
  const url = settings.read('kibanaUrl', null);
  const space = settings.read('kibanaSpace', DEFAULT_SPACE);
  const auth = await authOf(settings, CREDENTIALS);
  const rest = {
    space: space === DEFAULT_SPACE ? null : space,
    auth,
    ca: await authorityOf(settings, 'kibanaCaFile'),
    requestTimeoutMs: settings.read('kibanaRequestTimeout', REQUEST_TIMEOUT_MS),
  };
  if (url === null && settings.given('kibanaUrl') === undefined && auth.type !== 'none')
    settings.report(
      SETTINGS.kibanaUrl.variable,
      'no-kibana',
      'Credentials of Kibana are set, but no Kibana',
      `Set ${SETTINGS.kibanaUrl.variable}, or ${SETTINGS.kibanaUrl.path} in hunt.config.yml`,
    );
  return url === null ? null : { url, ...rest };
}
