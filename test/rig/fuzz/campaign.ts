// A campaign: one process draws inputs, another takes them, so that an input that hangs or ends a process is known by name.
import { fork, type ChildProcess } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { Subject, Verdict } from './query-subject.ts';

export interface CampaignOf<I> {
  /** The module of the campaign itself, which the other process runs with `subject` as its argument. */
  readonly url: string;
  readonly subject: () => Promise<Subject<I>>;
  /** The input of a number: the same for the same seed. */
  readonly draw: (seed: number) => I;
  readonly shrink: (input: I, fails: (input: I) => Promise<boolean>) => Promise<I>;
  readonly show: (input: I) => string;
  /** An input that takes longer, twice, is a fault, ms. */
  readonly slowMs: number;
}

interface Reply extends Verdict {
  /** Time that went by or processor time, whichever is less: the machine has others to serve. */
  readonly ms: number;
}

/** Without an answer for so long the other process is ended. */
const HANG_MS = 60_000;
/** So long an input is made smaller. */
const SHRINK_MS = 20_000;

/** Runs the process's part: the subject where it was asked for, else the campaign of `--minutes` from `--seed`. */
export async function campaignMain<I>(campaign: CampaignOf<I>): Promise<void> {
  if (process.argv[2] === 'subject') return serve(await campaign.subject());
  const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
  const minutes = Number(values.minutes ?? 1);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  process.exitCode = (await runCampaign(campaign, minutes, seed)) ? 0 : 1;
}

/** The subject's side: one input, one reply. */
function serve<I>(subject: Subject<I>): void {
  process.on('message', (input: I) => void answer(subject, input));
  process.send?.('ready');
}

async function answer<I>(subject: Subject<I>, input: I): Promise<void> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  const verdict = await subject.attempt(input);
  const { user, system } = process.cpuUsage(before);
  const ms = Math.min(performance.now() - started, (user + system) / 1_000);
  process.send?.({ ...verdict, ms } satisfies Reply);
}

/** The other process, begun again after each death. */
class Taker<I> implements Disposable {
  readonly #url: URL;
  #child: Promise<ChildProcess> | null = null;

  constructor(url: string) {
    this.#url = new URL(url);
  }

  async take(input: I): Promise<Reply> {
    const child = await (this.#child ??= this.#begin());
    const started = performance.now();
    return new Promise((resolve) => {
      const end = (reply: Reply) => {
        clearTimeout(timer);
        child.removeAllListeners();
        resolve(reply);
      };
      const lost = (fault: string) => {
        this.#child = null;
        end({ outcome: 'lost', fault, ms: performance.now() - started });
      };
      const timer = setTimeout(() => {
        lost(`no answer for ${HANG_MS / 1_000} s`);
        child.kill('SIGKILL');
      }, HANG_MS);
      child.once('message', (reply) => end(reply as Reply));
      child.once('exit', (code, signal) => lost(`the process ended: ${signal ?? code}`));
      child.send(input as object);
    });
  }

  #begin(): Promise<ChildProcess> {
    const child = fork(this.#url, ['subject'], { serialization: 'advanced' });
    return new Promise((resolve, reject) => {
      child.once('message', () => {
        child.removeAllListeners();
        resolve(child);
      });
      child.once('exit', () => reject(new Error('The subject did not begin')));
    });
  }

  [Symbol.dispose](): void {
    void this.#child?.then((child) => child.kill());
  }
}

async function runCampaign<I>(campaign: CampaignOf<I>, minutes: number, seed: number): Promise<boolean> {
  using taker = new Taker<I>(campaign.url);
  const until = performance.now() + minutes * 60_000;
  const outcomes = new Map<string, number>();
  const faults = new Map<string, number>();
  let [tried, slowest] = [0, 0];
  process.stdout.write(`seed ${seed}, ${minutes} minutes\n`);
  for (; performance.now() < until; tried++) {
    const input = campaign.draw(seed * 1_000_003 + tried);
    const { outcome, fault, ms } = await judged(campaign, taker, input);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    slowest = Math.max(slowest, ms);
    if (fault === null) continue;
    faults.set(fault, (faults.get(fault) ?? 0) + 1);
    if (faults.get(fault) === 1) await tell(campaign, taker, { input, fault, number: tried });
  }
  const counts = [...outcomes].sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`);
  process.stdout.write(`${tried} inputs: ${counts.join(', ')}; slowest ${Math.round(slowest)} ms\n`);
  for (const [fault, count] of faults) process.stdout.write(`${count} times: ${fault}\n`);
  return faults.size === 0;
}

/** What is slow must be slow again. */
async function judged<I>({ slowMs }: CampaignOf<I>, taker: Taker<I>, input: I): Promise<Reply> {
  const first = await taker.take(input);
  if (first.fault !== null || first.ms <= slowMs) return first;
  const again = await taker.take(input);
  const ms = Math.min(first.ms, again.ms);
  return ms <= slowMs ? { ...again, ms } : { ...again, ms, fault: again.fault ?? `longer than ${slowMs} ms` };
}

async function tell<I>(
  campaign: CampaignOf<I>,
  taker: Taker<I>,
  { input, fault, number }: { readonly input: I; readonly fault: string; readonly number: number },
): Promise<void> {
  const until = performance.now() + SHRINK_MS;
  const fails = async (smaller: I) =>
    performance.now() < until && (await judged(campaign, taker, smaller)).fault === fault;
  const least = await campaign.shrink(input, fails);
  process.stdout.write(`input ${number}: ${fault}\n  ${campaign.show(least)}\n`);
}
