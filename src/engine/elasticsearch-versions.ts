/** What a person should know about the versions of a cluster's nodes, ascending; null where they are unknown. */
export function versionNotes(versions: readonly string[] | null): readonly string[] {
  const [lowest, ...others] = versions ?? [];
  if (lowest === undefined) return ['The server does not tell its version: the cluster privilege "monitor" lets it'];
  const mixed = others.length === 0 ? [] : [`The nodes have different versions: ${[lowest, ...others].join(', ')}`];
  return [...mixed, ...[lowest, ...others].flatMap((version) => faultOf(version) ?? [])];
}

/** Known faults that concern hunts, from Elasticsearch's release notes (#155923, #156162, #158212). */
function faultOf(version: string): string | null {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  if (major < 8 || (major === 8 && minor < 19))
    return `Version ${version} is older than 8.19, which hunts are written for`;
  if (major !== 9) return null;
  if (minor < 4 || (minor === 4 && patch < 6)) {
    return `Version ${version} gives wrong results when several keys are sorted with a LIMIT: use 9.4.6 or newer`;
  }
  return minor === 5 && patch < 3 ? `Version ${version} may let replicas diverge: use 9.5.3 or newer` : null;
}
