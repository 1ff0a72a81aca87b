import { HuntError, isHuntError, messageOf } from '../../core/error.ts';

const LENGTH_MAX = 400;

/** What a fault of Redis says, and what to do about it; the first that matches counts. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [
    /Missing (key|lock) for job|Lock mismatch for job|not in the active state|could not renew lock/i,
    'Redis was emptied, or another worker has taken it over: nothing is to be done, the ledger knows what was examined',
  ],
  [
    /WRONGPASS|NOAUTH|invalid (username|password)|without any password configured|AUTH failed/i,
    'Check redis.username, and redis.password_file or TRACEHOUND_REDIS_PASSWORD',
  ],
  [/NOPERM/, 'Give the user the keys and commands that docs/containers.md names under "Redis"'],
  [
    /certificate|altname|self.signed|unable to (get|verify)/i,
    'Name the file of its certificate authority (redis.ca_file)',
  ],
  [
    /EPROTO|wrong version number|SSL routines|Protocol error|packet length|socket hang up|disconnected before secure/i,
    'Check whether Redis speaks TLS, and write rediss:// or redis:// in redis.url accordingly',
  ],
  [/ENOTFOUND|EAI_AGAIN/, 'Check the host name in redis.url'],
  [/sentinel/i, 'Check redis.sentinel: the addresses of the sentinels and the name of the master'],
  [/OOM command not allowed/, 'Give Redis more memory (maxmemory)'],
  [/MISCONF/, 'Redis cannot write to its disk: look at its log'],
  [/LOADING/, 'Redis is reading its data: it is ready in a moment'],
];
const REMEDY = 'Check that Redis runs and that redis.url is right; nothing is lost meanwhile, the ledger knows';

/** Any fault of the queue as an error with remedy; errors of our own stay as they are. */
export function queueError(fault: unknown, doing: string): HuntError {
  if (isHuntError(fault)) return fault;
  const said = clean(describe(fault));
  const remedy = RULES.find(([pattern]) => pattern.test(said))?.[1] ?? REMEDY;
  return new HuntError('QUEUE_UNAVAILABLE', `Cannot ${doing}: ${said}`, { cause: fault, remedy });
}

/** Whether it is the connection that failed, so that every further call says the same until it is back. */
export function isConnectionFault(fault: unknown): boolean {
  return /ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|closed|WRONGPASS|NOAUTH|certificate|EPROTO|SSL|sentinel/i.test(
    describe(fault),
  );
}

/** An address that resolves to several fails with no message but with the faults of each. */
function describe(fault: unknown): string {
  const own = messageOf(fault);
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : '';
  if (own !== '') return own.includes(code) ? own : `${own} (${code})`;
  return fault instanceof AggregateError ? fault.errors.map(messageOf).join(', ') : code || 'no reason given';
}

/** One line without control characters, cut. */
function clean(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  return line.length > LENGTH_MAX ? `${line.slice(0, LENGTH_MAX)}…` : line;
}
