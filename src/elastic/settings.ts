/** How a request proves who sends it. */
export type ElasticAuth =
  | { readonly type: 'none' }
  | { readonly type: 'apiKey'; readonly apiKey: string }
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'bearer'; readonly token: string };

/** Everything needed to reach a cluster. Built by `config`; secrets are plain text here and go into headers only. */
export interface ElasticSettings {
  /** `https://host:9200`; several nodes of one cluster. */
  readonly nodes: readonly string[];
  readonly auth: ElasticAuth;
  /** PEM text of the certificate authority, null for the system's. */
  readonly ca: string | null;
  /** SHA-256 of the CA certificate, 64 hex digits, colons allowed: for a CA that is no file here. */
  readonly caFingerprint: string | null;
  /** Media type version: 8.19 refuses 9, 9.x takes both; `auto` tries 9 and stays with 8 when refused. */
  readonly compatibility: 8 | 9 | 'auto';
  /** Longest silence of the server on one request, ms, on top of what the request itself asks it to wait. */
  readonly requestTimeoutMs: number;
}
