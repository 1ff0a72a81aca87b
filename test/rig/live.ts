// What a live suite sees: the servers it needs, or the reason why it is skipped, in its title.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, inject, it } from 'vitest';
import type { SecuredInfo } from './secured.ts';
import type { ElasticsearchInfo, RedisInfo } from './servers.ts';

/** The servers a test can ask for. */
export interface Servers {
  /** 8.19.21 with ES|QL, without security. */
  readonly elasticsearch8: ElasticsearchInfo;
  /** 9.5.3 without ES|QL and without security. */
  readonly elasticsearch9: ElasticsearchInfo;
  /** 8.19.21 with ES|QL, users, roles and TLS. */
  readonly secured: SecuredInfo;
  readonly redis: RedisInfo;
}

export type ServerName = keyof Servers;

/** What live-setup.ts hands over: each server, or why it is not there. */
export interface LiveServers {
  readonly servers: Partial<Servers>;
  readonly missing: Partial<Record<ServerName, string>>;
}

declare module 'vitest' {
  interface ProvidedContext {
    live: LiveServers;
  }
}

/** A suite that runs where its servers do; elsewhere it is one skipped test whose title says why. */
export function describeLive<Name extends ServerName>(
  name: string,
  needs: readonly Name[],
  body: (servers: Pick<Servers, Name>) => void,
): void {
  const { servers, missing } = inject('live');
  const reasons = needs.flatMap((need) => (servers[need] === undefined ? [`no ${need}: ${missing[need]}`] : []));
  if (reasons.length > 0) skip(name, reasons.join('; '));
  else describe(name, () => body(pick(servers as Servers, needs)));
}

/** A live suite over the recorded captures, whose folder it gets; skipped also where that folder is absent. */
export function describeCaptures<Name extends ServerName>(
  name: string,
  needs: readonly Name[],
  body: (servers: Pick<Servers, Name>, folder: string) => void,
): void {
  const folder = capturesFolder();
  if (folder === null) skip(name, 'no ../shared/data beside the checkout');
  else describeLive(name, needs, (servers) => body(servers, folder));
}

/** The folder of the recorded captures, beside the checkout; null where it is absent. It is no part of the repository. */
export function capturesFolder(): string | null {
  const folder = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
  return existsSync(folder) ? folder : null;
}

/** A name nobody else has: `t-3f9c21ab` for `t`. Lower case, so that an index may begin with it. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

function pick<Name extends ServerName>(servers: Servers, names: readonly Name[]): Pick<Servers, Name> {
  return Object.fromEntries(names.map((name) => [name, servers[name]])) as Pick<Servers, Name>;
}

/**
 * A suite that needs a program of this machine; `missing` says why it is not there. It is skipped with that reason, and an
 * error where LIVE=required.
 */
export function describeLocal(name: string, missing: string | null, body: () => void): void {
  if (missing === null) {
    describe(name, body);
    return;
  }
  if (process.env['LIVE'] === 'required') throw new Error(`LIVE=required, and "${name}" cannot run: ${missing}`);
  skip(name, missing);
}

function skip(name: string, reason: string): void {
  describe(`${name} (skipped, ${reason})`, () => it.skip('needs what is missing', () => {}));
}
