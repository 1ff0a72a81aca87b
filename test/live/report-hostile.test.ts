// The page of `hunt report` in a real Chromium: hostile events run nothing, ask for nothing, break no part of it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reportPage } from '../../src/report/page.ts';
import { sampleReport } from '../report/sample-report.ts';
import { execute, isInstalled } from '../rig/command.ts';
import { HOSTILE_TEXTS } from '../rig/hostile-texts.ts';
import { describeLocal } from '../rig/live.ts';
import { sampleFinding, sampleLatest, sampleRun, sampleState } from '../rig/sample-findings.ts';

const missing =
  process.env['LIVE'] === 'off' ? 'LIVE=off' : isInstalled('chromium') ? null : 'chromium is not installed';

describeLocal('the report in Chromium', missing, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tracehound-chromium-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** The document after everything that runs has run, and what its console said. */
  async function opened(page: string): Promise<{ readonly dom: string; readonly said: string[] }> {
    const file = join(folder, 'page.html');
    await writeFile(file, page);
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--enable-logging=stderr',
      `--user-data-dir=${folder}/profile`,
    ];
    const { stdout, stderr } = await execute('chromium', [
      ...flags,
      '--virtual-time-budget=3000',
      '--dump-dom',
      `file://${file}`,
    ]);
    return { dom: stdout, said: stderr.split('\n').filter((line) => line.includes('CONSOLE')) };
  }

  it('tells a page that runs a payload, or breaks its policy, from one that does not', async () => {
    // Without the dialog of the real payloads, which nobody would close: the test would wait for it until its time is up.
    const { dom } = await opened('<!doctype html><img src=x onerror="document.documentElement.dataset.pwned=1">');
    expect(dom).toContain('data-pwned');
    const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`;
    const { said } = await opened(`<!doctype html>${policy}<script>1</script>`);
    expect(said.join('\n')).toContain('Content Security Policy');
  });

  it('runs nothing of an event and breaks no policy', async () => {
    const findings = Object.values(HOSTILE_TEXTS).map((text) => {
      const latest = sampleLatest({
        title: text,
        hypothesis: text,
        techniques: [text],
        references: [text],
        drilldown: text,
      });
      const sets = { [text.slice(0, 200)]: { values: [text], cap: 1, more: false } };
      return sampleFinding(text, { state: sampleState(text, 0, { latest, sets }) });
    });
    const runs = Object.values(HOSTILE_TEXTS).map((text) =>
      sampleRun({ huntId: text, reasons: [{ verdict: 'blind', code: text, text }] }),
    );
    const { dom, said } = await opened(reportPage(sampleReport({ findings, runs })));
    for (const text of Object.values(HOSTILE_TEXTS)) {
      const [mark] = /arrived-\w{4}/.exec(text) ?? [];
      if (mark !== undefined) expect(dom).toContain(mark);
    }
    expect(said).toEqual([]);
    expect(dom).not.toContain('data-pwned=');
    expect(dom.match(/<details /g)).toHaveLength(findings.length);
    expect(dom).not.toContain('<h2>Injected');
    // Its own script has run: the search is there.
    expect(dom).toMatch(/<div class="tools">/);
  });
});
