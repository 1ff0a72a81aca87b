import { unreachable } from '../core/error.ts';
import type { News } from './news.ts';
import type { Channel, Target } from './port.ts';
import type { Means } from './post.ts';
import { slackChannel } from './slack.ts';
import { webhookChannel } from './webhook.ts';

/** The channel of a target; `print` writes a line to standard output. */
export function channelOf(target: Target, means: Means & { readonly print: (news: News) => void }): Channel {
  switch (target.kind) {
    case 'webhook':
      return webhookChannel(target, means);
    case 'slack':
      return slackChannel(target, means);
    case 'stdout':
      return {
        name: target.name,
        tell(news) {
          means.print(news);
          return Promise.resolve({ ok: true });
        },
      };
    default:
      return unreachable(target);
  }
}
