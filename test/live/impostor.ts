import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../rig/command.ts';

/**
 * A server that shows a certificate of its own, as if signed by the authority in `caFile`, and that authority's true
 * certificate behind it: all that somebody in the middle can have. `requests` counts what it was sent.
 */
export async function startImpostor(caFile: string) {
  const folder = await mkdtemp(join(tmpdir(), 'impostor-'));
  const openssl = (...args: readonly string[]) => run('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const { subject } = new X509Certificate(await readFile(caFile));
  await openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '2', '-subj', `/${subject}`);
  await openssl('req', ...key, '-keyout', 'own.key', '-out', 'own.csr', '-subj', '/CN=localhost');
  await writeFile(join(folder, 'extensions'), 'subjectAltName=IP:127.0.0.1\nauthorityKeyIdentifier=none\n');
  const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'extensions'];
  await openssl('x509', '-req', '-in', 'own.csr', '-out', 'own.crt', ...signing);
  const cert = `${await readFile(join(folder, 'own.crt'), 'utf8')}${await readFile(caFile, 'utf8')}`;
  const state = { requests: 0 };
  const server = createServer({ key: await readFile(join(folder, 'own.key')), cert }, (_request, response) => {
    state.requests += 1;
    response.writeHead(200, { 'x-elastic-product': 'Elasticsearch', 'content-type': 'application/json' }).end('[]');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The status of a request that trusts anybody: shows that the impostor answers. */
export async function fetchUnchecked(url: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  get(url, { rejectUnauthorized: false, agent: false }, (response) => resolve(response.resume().statusCode)).on(
    'error',
    reject,
  );
  return promise;
}
