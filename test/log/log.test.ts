import { describe, expect, it } from 'vitest';
import { HuntError } from '../../src/core/error.ts';
import type { WorkEvent } from '../../src/core/work-event.ts';
import { type LogOptions, openLog } from '../../src/log/log.ts';
import { execute } from '../rig/command.ts';
import { sampleNotice } from '../rig/sample-notices.ts';
import { sampleGap, sampleItem, tick, tileEnded } from '../rig/work-events.ts';

/** What a log writes of the events, line by line. */
function linesOf(events: readonly WorkEvent[], change: Partial<LogOptions> = {}): string[] {
  const lines: string[] = [];
  const stream = { write: (line: string) => lines.push(line) };
  const log = openLog({ level: 'debug', format: 'json', stream, ...change });
  for (const event of events) log.tell(event);
  return lines;
}

function fieldsOf(event: WorkEvent): Record<string, unknown> {
  const [line = ''] = linesOf([event]);
  return JSON.parse(line) as Record<string, unknown>;
}

const KEY = { jobId: 'nightly', huntId: 'network/rare-egress' };
const FAILED = { verdict: 'failed', reasons: [{ verdict: 'failed', code: 'unreachable', text: 'No node' }] } as const;
const BLIND = { verdict: 'blind', reasons: [{ verdict: 'blind', code: 'source_silent', text: 'Silent' }] } as const;

describe('a line', () => {
  it('names run, job, hunt, tile, attempt and what became of it, in ECS where ECS has a name', () => {
    const deltas = { new: 2, reopened: 0, recurring: 1 };
    const run = { verdict: 'findings', findings: 3, deltas, startedAt: 1_000, endedAt: 3_500 } as const;
    const fields = fieldsOf(tileEnded(run, { item: sampleItem({ attempt: 2, urgency: 'retry' }) }));
    expect(fields).toMatchObject({
      'log.level': 'info',
      'service.name': 'tracehound',
      'event.action': 'tile_ended',
      'event.outcome': 'success',
      'event.duration': 2_500_000_000,
      'rule.id': 'network/rare-egress',
      'hunt.run_id': 'run-1',
      'hunt.job': 'nightly',
      'hunt.tile_start': '2026-11-01T00:00:00.000Z',
      'hunt.tile_end': '2026-11-02T00:00:00.000Z',
      'hunt.attempt': 2,
      'hunt.urgency': 'retry',
      'hunt.outcome': 'examined',
      'hunt.deltas.new': 2,
      message:
        'network/rare-egress of nightly 2026-11-01T00:00:00.000Z to 2026-11-02T00:00:00.000Z: examined, findings, findings: 3 (2 new, 1 recurring), attempt 2',
    });
    expect(Date.parse(String(fields['@timestamp']))).not.toBeNaN();
  });

  it('of a notification says who was not told of what, why, and when it is tried again', () => {
    const notice = sampleNotice('a', { attempts: 3, trouble: 'the answer is 503' });
    expect(fieldsOf({ type: 'notice_ended', notice, outcome: 'failed' })).toMatchObject({
      message: `webhook:soc was not told of the new finding ${notice.fingerprint.slice(0, 12)} of network/rare-egress: the answer is 503; attempt 3, tried again at 2026-11-04T00:00:00.000Z`,
      'hunt.channel': 'webhook:soc',
      'hunt.fingerprint': notice.fingerprint,
      'hunt.job': 'nightly',
      'hunt.outcome': 'failed',
      'event.reason': 'the answer is 503',
    });
    const dead = fieldsOf({ type: 'notice_ended', notice: { ...notice, state: 'dead' }, outcome: 'dead' });
    expect(dead['message']).toContain('in 3 attempts: the answer is 503; hunt notify send --dead tries again');
  });

  it.each([
    [tick(), 'debug'],
    [tick({ late: 1 }), 'warn'],
    [{ type: 'tile_begun', item: sampleItem(), runId: 'r' }, 'debug'],
    [tileEnded({ verdict: 'clean', findings: 0 }), 'info'],
    [tileEnded({ verdict: 'degraded' }), 'warn'],
    [tileEnded(BLIND, { outcome: 'gap' }), 'warn'],
    [tileEnded(FAILED, { outcome: 'gap' }), 'error'],
    [tileEnded({ verdict: 'degraded' }, { outcome: 'gap' }), 'warn'],
    [tileEnded(null, { outcome: 'skipped' }), 'debug'],
    [tileEnded(null, { outcome: 'put_back' }), 'info'],
    [{ type: 'gap_recorded', key: KEY, gap: sampleGap() }, 'warn'],
    [{ type: 'gap_recorded', key: KEY, gap: sampleGap({ nextAttemptAt: null, attempts: 4 }) }, 'error'],
    [{ type: 'gap_recorded', key: KEY, gap: sampleGap({ reason: 'paused', nextAttemptAt: null }) }, 'info'],
    [{ type: 'gap_recorded', key: KEY, gap: sampleGap({ reason: 'beyond_catch_up', nextAttemptAt: null }) }, 'warn'],
    [{ type: 'activated', key: KEY, at: 0 }, 'info'],
    [{ type: 'reloaded', problems: [] }, 'info'],
    [{ type: 'reload_refused', problems: [] }, 'error'],
    [{ type: 'trouble', where: 'queue', error: new Error('gone') }, 'error'],
    [{ type: 'stopping', role: 'worker' }, 'info'],
    [{ type: 'notice_ended', notice: sampleNotice(), outcome: 'sent' }, 'info'],
    [{ type: 'notice_ended', notice: sampleNotice(), outcome: 'failed' }, 'warn'],
    [{ type: 'notice_ended', notice: sampleNotice(), outcome: 'dropped' }, 'warn'],
    [{ type: 'notice_ended', notice: sampleNotice(), outcome: 'dead' }, 'error'],
    [{ type: 'outbox', waiting: 1, dead: 0 }, 'debug'],
  ] as const satisfies readonly (readonly [WorkEvent, string])[])('%# has its level', (event, level) => {
    expect(fieldsOf(event)).toMatchObject({ 'log.level': level, 'event.action': event.type });
  });

  it('is left out below the level that is wanted', () => {
    const lines = linesOf([tick(), tileEnded({ verdict: 'clean' }), tileEnded(FAILED)], { level: 'warn' });
    expect(lines.map((line) => JSON.parse(line)['log.level'])).toEqual(['error']);
  });

  it('names what an edit broke, with places, and no more than twenty of them', () => {
    const place = { file: 'hunts/a.yml', line: 3, column: 5 };
    const problem = {
      rule: 'unknown-key',
      severity: 'error',
      place,
      message: 'Unknown key',
      hint: 'Remove it',
    } as const;
    const fields = fieldsOf({ type: 'reload_refused', problems: Array.from({ length: 50 }, () => problem) });
    expect(fields['message']).toContain('hunts/a.yml:3:5  unknown-key  Unknown key  Remove it (and 49 more)');
    expect(fields['hunt.problem_count']).toBe(50);
    expect(fields['hunt.problems']).toHaveLength(20);
  });
});

describe('a hunt that keeps failing', () => {
  it('is told as such, and is as loud as a failure when it stays blind', () => {
    const blind = tileEnded(BLIND, { outcome: 'gap' });
    const lines = linesOf([blind, blind, blind]).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map((line) => line['log.level'])).toEqual(['warn', 'warn', 'error']);
    expect(lines.map((line) => line['hunt.failures_in_a_row'])).toEqual([1, 2, 3]);
    expect(lines[2]?.['message']).toContain('3 times in a row without an answer: Silent');
  });

  it('is quiet again after one run that had an answer; another hunt has its own row', () => {
    const other = tileEnded({ verdict: 'clean' }, { item: sampleItem({ huntId: 'other' }) });
    const lines = linesOf([
      tileEnded(FAILED),
      other,
      tileEnded(FAILED),
      tileEnded({ verdict: 'clean' }),
      tileEnded(FAILED),
    ]);
    expect(lines.map((line) => JSON.parse(line)['hunt.failures_in_a_row'])).toEqual([1, 0, 2, 0, 1]);
  });

  it('does not count a run that was put back', () => {
    const lines = linesOf([tileEnded(FAILED, { outcome: 'put_back' }), tileEnded(FAILED)]);
    expect(lines.map((line) => JSON.parse(line)['hunt.failures_in_a_row'])).toEqual([0, 1]);
  });
});

describe('hostile text', () => {
  const evil = '\u001b[31mred\u009b2J\u202Egnp.exe\u2028"},"log.level":"info"\r\n{"fake":1}\ud800 __proto__';
  const event: WorkEvent = tileEnded({
    verdict: 'degraded',
    reasons: [{ verdict: 'degraded', code: 'x', text: evil }],
  });

  it('stays one line of plain JSON whose value is the text', () => {
    const [line = '', ...more] = linesOf([event]);
    expect(more).toEqual([]);
    expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(JSON.parse(line)).toMatchObject({ 'log.level': 'warn', 'hunt.reasons': [evil] });
  });

  it('moves no cursor on a terminal either', () => {
    const [line = '', ...more] = linesOf([event], { format: 'pretty' });
    expect(more).toEqual([]);
    expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}network\/rare-egress of nightly .*\n$/u);
    expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  });

  it('is cut, the rest counted', () => {
    const { message } = fieldsOf({ type: 'trouble', where: 'worker', error: new Error('x'.repeat(1_000_000)) });
    expect(String(message).length).toBeLessThan(2_100);
    expect(message).toMatch(/… \(\d+ more characters\)$/);
  });

  it('loses its credentials, also where a cut falls near them', () => {
    const url = `redis://user:${'p'.repeat(50)}@redis:6379`;
    const message = `Cannot reach ${url}; password=hunter2`;
    const near = `${'x'.repeat(1_960)} ${url}`;
    const [line = ''] = linesOf([
      { type: 'trouble', where: 'queue', error: new Error(message, { cause: new Error(message) }) },
    ]);
    const [cut = ''] = linesOf([{ type: 'trouble', where: 'queue', error: new Error(near) }]);
    expect(line).not.toMatch(/hunter2|ppp/);
    expect(cut).not.toMatch(/ppp/);
  });
});

describe('an error', () => {
  it('that is ours comes with code and remedy, without a stack', () => {
    const error = new HuntError('QUEUE_UNAVAILABLE', 'Cannot reach Redis', { remedy: 'Start it' });
    const fields = fieldsOf({ type: 'trouble', where: 'queue', error });
    expect(fields).toMatchObject({
      'error.type': 'HuntError',
      'error.code': 'QUEUE_UNAVAILABLE',
      'hunt.remedy': 'Start it',
      message: 'Trouble in the queue: Cannot reach Redis',
    });
    expect(fields).not.toHaveProperty(['error.stack_trace']);
  });

  it('that is a fault of the program comes with its stack', () => {
    const fields = fieldsOf({ type: 'trouble', where: 'worker', error: new TypeError('x is undefined') });
    expect(fields['error.stack_trace']).toContain('log.test.ts');
  });
});

describe('the log itself', () => {
  it('says what is no event of work', () => {
    const lines: string[] = [];
    const log = openLog({ level: 'info', format: 'json', stream: { write: (line) => lines.push(line) } });
    log.say('warn', 'No Redis is configured');
    log.say('debug', 'unseen');
    expect(lines.map((line) => JSON.parse(line).message)).toEqual(['No Redis is configured']);
  });

  it('closes only when the stream has everything', async () => {
    let flushed = false;
    const stream = { write: () => true, flush: (done: () => void) => setImmediate(() => ((flushed = true), done())) };
    await openLog({ level: 'info', format: 'json', stream }).close();
    expect(flushed).toBe(true);
  });

  it('does not wait for a reader that is gone', async () => {
    const before = performance.now();
    await openLog({ level: 'info', format: 'json', stream: { write: () => true, flush: () => {} } }).close();
    expect(performance.now() - before).toBeLessThan(4_000);
  });

  /** A process that logs to its standard error. */
  const script = (work: string) => `
    import { openLog } from '${new URL('../../src/log/log.ts', import.meta.url).href}';
    const log = openLog({ level: 'info', format: 'json', stream: null });
    ${work}
    await log.close();
    console.log('ended');`;

  it('goes on when standard error is closed under it, and ends', async () => {
    const lines = script(`for (let line = 0; line < 10; line++) {
      log.say('info', 'x'.repeat(1_000));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }`);
    const closed = `"$0" --input-type=module -e "$1" 2> >(exec 0<&-)`;
    const { stdout, exitCode } = await execute('bash', ['-c', closed, process.execPath, lines]);
    expect([exitCode, stdout]).toEqual([0, 'ended\n']);
  });

  it('drops lines that nobody reads in time, and says how many', async () => {
    const told = 12_000; // of 1.7 KB each, written before the first can go out: more than 16 MiB
    const lines = script(`for (let line = 0; line < ${told}; line++) log.say('info', 'x'.repeat(1_500));`);
    const { stderr, exitCode } = await execute(process.execPath, ['--input-type=module', '-e', lines]);
    const lost = Number(/nobody read in time: (\d+)/.exec(stderr)?.[1]);
    expect(exitCode).toBe(0);
    expect(lost).toBeGreaterThan(100);
    expect(stderr.trimEnd().split('\n')).toHaveLength(told - lost + 1);
  });
});
