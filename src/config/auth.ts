import { unreachable } from '../core/error.ts';
import type { PathName, SettingReader } from './gather.ts';
import type { Secret } from './secret.ts';
import { secretOf } from './secret-file.ts';
import { SETTINGS, type SecretName } from './settings.ts';

/** How a request of ours proves who sends it. */
export type Auth =
  | { readonly type: 'none' }
  | { readonly type: 'apiKey'; readonly apiKey: Secret }
  | { readonly type: 'basic'; readonly username: string; readonly password: Secret }
  | { readonly type: 'bearer'; readonly token: Secret };

type SecretNames = readonly [direct: SecretName, inFile: PathName];

/** The settings that give the credentials for one server. */
export interface AuthNames {
  /** As messages say it: ` of Kibana`; nothing for Elasticsearch. */
  readonly whose: string;
  readonly apiKey: SecretNames;
  readonly token: SecretNames;
  readonly password: SecretNames;
  readonly username: 'username' | 'kibanaUsername';
}

/** Credentials with the secrets in plain text: for a connection and nothing else. */
export function plainAuth(auth: Auth) {
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

/** The credentials that the settings give; more than one kind, and half of a kind, are problems. */
export async function authOf(settings: SettingReader, names: AuthNames): Promise<Auth> {
  const [apiKey, token, password] = [
    await secretOf(settings, ...names.apiKey),
    await secretOf(settings, ...names.token),
    await secretOf(settings, ...names.password),
  ];
  const username = settings.read(names.username, null);
  const kinds = [
    apiKey && 'an API key',
    token && 'a bearer token',
    (password ?? username) && 'a user with password',
  ].filter((kind) => kind !== null && kind !== '');
  if (kinds.length > 1)
    settings.report(
      'credentials',
      'two-credentials',
      `Credentials${names.whose} are ambiguous: ${kinds.join(' and ')} are set`,
      'Keep one of them',
    );
  if (apiKey !== null) return { type: 'apiKey', apiKey };
  if (token !== null) return { type: 'bearer', token };
  if (username !== null && password !== null) return { type: 'basic', username, password };
  checkHalfUser(settings, names, { username, password });
  return { type: 'none' };
}

/** A user without password, or the reverse, unless the missing half has a problem of its own already. */
function checkHalfUser(
  settings: SettingReader,
  names: AuthNames,
  { username, password }: { readonly username: string | null; readonly password: Secret | null },
): void {
  const [direct, inFile] = names.password;
  const { variable } = SETTINGS[username === null ? names.username : direct];
  const passwordGiven = settings.given(direct) ?? settings.given(inFile);
  if (username !== null && password === null && passwordGiven === undefined)
    settings.report(
      variable,
      'half-user',
      `User ${JSON.stringify(username)}${names.whose} is set without a password`,
      `Set ${variable} or ${SETTINGS[inFile].variable}`,
    );
  if (username === null && password !== null)
    settings.report(variable, 'half-user', `A password${names.whose} is set without a user`, `Set ${variable}`);
}
