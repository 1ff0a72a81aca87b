// The configuration of a node with security: users in its file realm, roles, and TLS by an authority of its own.
import { pbkdf2Sync, randomBytes, X509Certificate } from 'node:crypto';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What a test needs to know of the secured server beside its URL and version. */
export interface Security {
  /** PEM file of the authority that signed the server's certificate. */
  readonly caFile: string;
  /** SHA-256 of the authority's certificate, `AB:CD:…`; the server sends that certificate in its chain. */
  readonly caFingerprint: string;
  /** The superuser. */
  readonly elastic: Credentials;
  /** Reads `logs-*`, writes `hunt-*` (with any prefix before either, as `t1-logs-*`), cluster monitor. */
  readonly hunter: Credentials;
  /** Reads `logs-*` and has cluster monitor: cannot write findings. */
  readonly reader: Credentials;
  /** May log in and do nothing else. */
  readonly stranger: Credentials;
}

export interface SecuredInfo extends Security {
  readonly url: string;
  readonly version: string;
}

export const SECURE_SETTINGS: readonly string[] = [
  'xpack.security.enabled: true',
  'xpack.security.autoconfiguration.enabled: false',
  'xpack.security.enrollment.enabled: false',
  'xpack.security.http.ssl.enabled: true',
  'xpack.security.http.ssl.key: http.key',
  'xpack.security.http.ssl.certificate: http.crt',
];

const ROLES = `hunter:
  cluster: [monitor]
  indices:
    - { names: ['logs-*', '*-logs-*'], privileges: [read, view_index_metadata] }
    - { names: ['hunt-*', '*-hunt-*'], privileges: [auto_configure, create_index, write, read, view_index_metadata] }
reader:
  cluster: [monitor]
  indices:
    - { names: ['logs-*', '*-logs-*'], privileges: [read, view_index_metadata] }
stranger:
  cluster: []
`;
const FILE_REALM_USERS = ['hunter', 'reader', 'stranger'] as const; // each has the role of its name
const PBKDF2_ITERATIONS = 10_000; // what Elasticsearch itself uses for `{PBKDF2}`

/** Where a node stands before its first start. */
export interface SecurableNode {
  readonly home: string;
  readonly config: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Writes keystore, users, roles and certificates into the node's configuration. */
export async function secure(node: SecurableNode): Promise<Security> {
  const password = randomBytes(16).toString('hex');
  const keystore = join(node.home, 'bin', 'elasticsearch-keystore');
  // -f makes the keystore without asking; -x reads the value from standard input.
  await run(keystore, ['add', '-f', '-x', 'bootstrap.password'], { env: { ...node.env }, input: password });
  const users = FILE_REALM_USERS.map((username) => ({ username, password: randomBytes(16).toString('hex') }));
  const lines = users.map((user) => `${user.username}:${hashed(user.password)}\n`);
  await writeFile(join(node.config, 'users'), lines.join(''));
  await writeFile(join(node.config, 'users_roles'), FILE_REALM_USERS.map((name) => `${name}:${name}\n`).join(''));
  await appendFile(join(node.config, 'roles.yml'), ROLES);
  const [hunter, reader, stranger] = users as [Credentials, Credentials, Credentials];
  return { ...(await certify(node.config)), elastic: { username: 'elastic', password }, hunter, reader, stranger };
}

/** A password as Elasticsearch's file realm stores it: `{PBKDF2}iterations$salt$hash`, HMAC-SHA512, 32 bytes each. */
function hashed(password: string): string {
  const salt = randomBytes(32);
  const hash = pbkdf2Sync(password, salt, PBKDF2_ITERATIONS, 32, 'sha512');
  return `{PBKDF2}${PBKDF2_ITERATIONS}$${salt.toString('base64')}$${hash.toString('base64')}`;
}

/** An authority, and a certificate for 127.0.0.1 and localhost signed by it; `http.crt` holds the whole chain. */
export async function certify(folder: string): Promise<Pick<Security, 'caFile' | 'caFingerprint'>> {
  const openssl = (...args: readonly string[]): Promise<string> => run('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authority = ['-subj', '/CN=tracehound test authority', '-addext', 'keyUsage=critical,keyCertSign'];
  await openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '2', ...authority);
  await openssl('req', ...key, '-keyout', 'http.key', '-out', 'http.csr', '-subj', '/CN=localhost');
  await writeFile(join(folder, 'san'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'san'];
  await openssl('x509', '-req', '-in', 'http.csr', '-out', 'http.crt', ...signing);
  const caFile = join(folder, 'ca.crt');
  const ca = await readFile(caFile, 'utf8');
  await appendFile(join(folder, 'http.crt'), ca);
  return { caFile, caFingerprint: new X509Certificate(ca).fingerprint256 };
}
