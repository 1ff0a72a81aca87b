import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import { loadDefinitions } from '../../src/definition/load.ts';
import { defaultSite, type SiteConfig } from '../../src/definition/site.ts';
import { checkHunts } from '../../src/pipeline/check-hunts.ts';
import { showEsql } from '../../src/pipeline/show-hunt.ts';
import { parseQuery } from '../../src/query/syntax/parse.ts';
import { expectGolden } from '../rig/golden.ts';
import { NOW } from './fakes.ts';

const COMPILED = fileURLToPath(new URL('../cases/compile', import.meta.url));
const CLEAN = fileURLToPath(new URL('../cases/check/clean', import.meta.url));

async function huntsOf(site: SiteConfig) {
  const definitions = await loadDefinitions(site, { now: NOW });
  return checkHunts(definitions.hunts, { ...definitions, now: NOW }).hunts;
}

const config = await readConfig({ cwd: CLEAN, env: {} });
if (!config.ok) throw new Error('the clean case has a faulty configuration');
const hunts = [...(await huntsOf(defaultSite('/nowhere'))), ...(await huntsOf(config.value.site))];

describe('the ES|QL of a hunt', () => {
  it.each(hunts.map((checked) => [checked.hunt.id, checked] as const))('%s', (id, checked) => {
    const shown = showEsql(checked, NOW);
    for (const { esql } of shown) expect(parseQuery(esql)).toMatchObject({ ok: true });
    const text = shown
      .map(({ purpose, notes, esql }) => `// ${[purpose, ...notes].join('\n// ')}\n${esql}\n`)
      .join('\n');
    mkdirSync(COMPILED, { recursive: true });
    expectGolden(join(COMPILED, `${id.replaceAll('/', '.')}.esql`), text);
  });
});
