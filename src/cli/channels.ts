import { type ChannelConfig, targetOf } from '../config/notify.ts';
import { HuntError } from '../core/error.ts';
import { suggestion } from '../core/suggest.ts';
import type { News } from '../notify/news.ts';
import type { Channel } from '../notify/port.ts';
import type { Effects } from './effects.ts';
import { safe, type SafeText } from './views/safe-text.ts';

/** Every channel of the site by name. CONFIGURATION, naming all that is missing, unless each can be used. */
export async function openChannels(effects: Effects): Promise<ReadonlyMap<string, Channel>> {
  return opened((await effects.config()).notify, effects);
}

/** One channel. NOT_FOUND where the site has none of the name; CONFIGURATION where it cannot be used. */
export async function openChannel(name: string, effects: Effects): Promise<Channel> {
  const { notify } = await effects.config();
  const found = (
    await opened(
      notify.filter(({ channel }) => channel === name),
      effects,
    )
  ).get(name);
  if (found !== undefined) return found;
  const names = notify.map(({ channel }) => channel);
  const remedy =
    names.length === 0 ? 'Add it to notify in hunt.config.yml, see docs/notifications.md' : suggestion(name, names);
  throw new HuntError('NOT_FOUND', `There is no channel "${name}"`, { remedy });
}

async function opened(configs: readonly ChannelConfig[], effects: Effects): Promise<ReadonlyMap<string, Channel>> {
  const troubles = configs.flatMap((config) => config.troubles);
  if (troubles.length > 0)
    throw new HuntError('CONFIGURATION', `Cannot use the channels of notify: ${troubles.join('; ')}`, {
      remedy: 'Mend what is named; hunt notify test tries a channel',
    });
  if (configs.length === 0) return new Map();
  const { channelOf } = await import('../notify/channels.ts');
  const print = (news: News) => effects.out.line(news, () => newsLine(news));
  const means = { fetch: globalThis.fetch, now: effects.now, print };
  return new Map(configs.map((config) => [config.channel, channelOf(targetOf(config), means)]));
}

/** One line for a terminal. */
function newsLine({ type, delta, finding, hunt, job }: News): SafeText {
  const what = type === 'test' ? 'test' : `${finding.severity} ${delta}`;
  return safe`${what}  ${hunt.id}  ${finding.title}  (${job.id}, ${finding.fingerprint.slice(0, 12)})`;
}
