import { type ChannelRule, NEWS_DELTAS } from '../core/notice.ts';
import type { NotifyInput } from './schemas/schema-notify.ts';

/** Keys by which people would write a secret of a channel into the file, and what to use instead. */
const SECRETS: readonly (readonly [key: RegExp, instead: string])[] = [
  [/^notify\.webhook\.([^.]+)\.secret$/, 'secret_file or TRACEHOUND_NOTIFY_WEBHOOK_<NAME>_SECRET'],
  [/^notify\.slack\.([^.]+)\.url$/, 'url_file or TRACEHOUND_NOTIFY_SLACK_<NAME>_URL'],
];

/** What to use instead of a key of `hunt.config.yml` that would hold a secret of a channel; undefined for any other. */
export function channelSecretInstead(key: string): string | undefined {
  for (const [pattern, instead] of SECRETS) {
    const name = pattern.exec(key)?.[1];
    if (name !== undefined) return instead.replace('<NAME>', variablePart(name));
  }
  return undefined;
}

/** The name of a channel as its variables have it: `soc-night` is `SOC_NIGHT`. */
export function variablePart(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}

/** Every channel of a site with what it is told: high and above, new and reopened, unless the site says otherwise. */
export function channelRules(notify: NotifyInput | undefined): ChannelRule[] {
  const { webhook = {}, slack = {}, stdout } = notify ?? {};
  return [
    ...Object.entries(webhook).map(([name, rule]) => ruleOf(`webhook:${name}`, rule)),
    ...Object.entries(slack).map(([name, rule]) => ruleOf(`slack:${name}`, rule)),
    ...(stdout === undefined ? [] : [ruleOf('stdout', stdout)]),
  ];
}

function ruleOf(channel: string, { severity, deltas }: NonNullable<NotifyInput['stdout']>): ChannelRule {
  return { channel, severity: severity ?? 'high', deltas: deltas ?? NEWS_DELTAS };
}
