import { X509Certificate } from 'node:crypto';
import { connect, type DetailedPeerCertificate } from 'node:tls';
import { failureError, type Doing } from './failure.ts';

interface Wait {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Chains of servers have two or three certificates; a longer one is no chain. */
const CHAIN_LENGTH = 10;

/**
 * The certificate of the server's chain that has the fingerprint, as PEM. Used as the only authority afterwards, so that
 * signatures and names are checked in full: comparing the fingerprint alone (the client library's way) would take a chain
 * that somebody put together of his own certificate and the true authority's public one.
 */
export async function pinnedCa(node: string, fingerprint: string, doing: Doing, wait: Wait): Promise<string> {
  const { signal, timeoutMs } = wait;
  const { hostname, port } = new URL(node);
  const host = hostname.replace(/^\[|\]$/g, '');
  const { promise, resolve, reject } = Promise.withResolvers<readonly X509Certificate[]>();
  // Nothing is sent over this connection, so it may be to anybody.
  const socket = connect({ host, port: Number(port || 443), rejectUnauthorized: false, ...serverName(host) });
  const abort = () => socket.destroy(new Error('it was cancelled'));
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error('Connect Timeout')));
  signal.addEventListener('abort', abort, { once: true });
  socket.once('error', reject);
  socket.once('secureConnect', () => resolve(chainOf(socket.getPeerCertificate(true))));
  try {
    const found = (await promise).find((certificate) => plain(certificate.fingerprint256) === plain(fingerprint));
    if (found === undefined) throw new Error('no certificate of the server has the CA fingerprint');
    return found.toString();
  } catch (error) {
    const message = error instanceof Error ? error.message || 'connection failed' : String(error);
    throw failureError(signal.aborted ? { kind: 'cancelled' } : { kind: 'connection', message }, doing);
  } finally {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}

function chainOf(leaf: DetailedPeerCertificate): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  let certificate: DetailedPeerCertificate | undefined = leaf;
  while (certificate?.raw !== undefined && chain.length < CHAIN_LENGTH) {
    chain.push(new X509Certificate(certificate.raw));
    certificate = certificate.issuerCertificate === certificate ? undefined : certificate.issuerCertificate;
  }
  return chain;
}

/** An address has no server name (RFC 6066). */
function serverName(host: string): { servername?: string } {
  return /^[\d.]+$|:/.test(host) ? {} : { servername: host };
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}
