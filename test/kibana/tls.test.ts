import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kibanaCalls } from '../../src/kibana/calls.ts';
import { startKibana } from '../rig/fake-kibana.ts';
import { isInstalled, run } from '../rig/command.ts';

const signal = new AbortController().signal;
const hasOpenssl = isInstalled('openssl', 'version');

/** A server with a certificate that only `ca` vouches for. */
async function startTls() {
  const folder = await mkdtemp(join(tmpdir(), 'kibana-tls-'));
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'own.key'];
  const subject = ['-subj', '/CN=kibana', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await run('openssl', ['req', '-x509', ...key, '-out', 'own.crt', '-days', '2', ...subject], { cwd: folder });
  const [own, ca] = [await readFile(join(folder, 'own.key')), await readFile(join(folder, 'own.crt'), 'utf8')];
  await rm(folder, { recursive: true });
  const authorized: (string | undefined)[] = [];
  const server = createServer({ key: own, cert: ca }, ({ headers }, response) => {
    authorized.push(headers.authorization);
    response.end(JSON.stringify({ name: 'kibana', version: { number: '8.19.21' } }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, ca, authorized, [Symbol.asyncDispose]: close };
}

const settingsFor = (url: string, ca: string | null) => {
  const auth = { type: 'apiKey', apiKey: 'a2V5' } as const;
  return { url, space: null, auth, ca, requestTimeoutMs: 5_000 };
};

describe.skipIf(!hasOpenssl)(`Kibana by TLS${hasOpenssl ? '' : ': there is no openssl'}`, () => {
  it('is trusted by the authority of the settings', async () => {
    await using server = await startTls();
    expect(await kibanaCalls(settingsFor(server.url, server.ca)).version(signal)).toBe('8.19.21');
    expect(server.authorized).toEqual(['ApiKey a2V5']);
  });

  it('is sent nothing when nobody known vouches for it', async () => {
    await using server = await startTls();
    await expect(kibanaCalls(settingsFor(server.url, null)).version(signal)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      remedy: expect.stringContaining('kibana.ca_file'),
    });
    expect(server.authorized).toEqual([]);
  });

  it('says that it speaks the other of http and https', async () => {
    await using server = await startTls();
    await using plain = await startKibana();
    await expect(
      kibanaCalls(settingsFor(plain.url.replace('http:', 'https:'), server.ca)).version(signal),
    ).rejects.toMatchObject({ code: 'UNREACHABLE', remedy: expect.stringContaining('http or https') });
    const overHttp = settingsFor(server.url.replace('https:', 'http:'), null);
    await expect(kibanaCalls(overHttp).version(signal)).rejects.toMatchObject({
      remedy: expect.stringContaining('https'),
    });
    expect(server.authorized).toEqual([]);
  });
});
