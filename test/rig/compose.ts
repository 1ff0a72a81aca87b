// docker-compose.yml as data, the way Compose reads it: variables by their defaults, `$$` as `$`, anchors merged.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly user?: string;
  readonly restart?: string;
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly volumes?: readonly (string | { readonly source: string; readonly target: string })[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly deploy?: {
    readonly replicas?: number;
    readonly resources?: { readonly limits?: { readonly memory?: string } };
  };
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
}

export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, null>>;
}

export const COMPOSE_FILE = fileURLToPath(new URL('../../docker-compose.yml', import.meta.url));

/** The file with variables of `env`, by default none. */
export async function readCompose(env: Readonly<Record<string, string>> = {}): Promise<Compose> {
  const text = await readFile(COMPOSE_FILE, 'utf8');
  const filled = text.replace(/\$\{(\w+):-([^}]*)\}/g, (_all, name: string, fallback: string) => env[name] ?? fallback);
  return parse(filled.replaceAll('$$', '$'), { merge: true }) as Compose;
}
