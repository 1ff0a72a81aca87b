import { createHmac } from 'node:crypto';
import { SECOND_MS } from '../core/time.ts';
import { harmlessJson } from '../core/unsafe-text.ts';
import type { News } from './news.ts';
import type { Channel, Target } from './port.ts';
import { type Means, post } from './post.ts';

/**
 * A server that takes signed JSON. `Tracehound-Signature` is `v1=` and the HMAC-SHA256 (hex) of the timestamp, a dot and the
 * body, so neither can be changed, nor an old request be sent again for a new one; `Idempotency-Key` is the same for every
 * repetition.
 */
export function webhookChannel({ name, url, secret }: Extract<Target, { kind: 'webhook' }>, means: Means): Channel {
  return {
    name,
    tell(news) {
      const body = harmlessJson(JSON.stringify(news));
      const timestamp = String(Math.floor(means.now() / SECOND_MS));
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'tracehound',
        'idempotency-key': news.id,
        'tracehound-event': eventOf(news),
        'tracehound-timestamp': timestamp,
        'tracehound-signature': signatureOf(secret, timestamp, body),
      };
      return post({ url, headers, body }, means);
    },
  };
}

/** What a receiver compares with, in constant time, after it has computed it from the secret that both have. */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`, 'utf8').digest('hex')}`;
}

/** `finding.new`, `finding.reopened`, `test`. */
function eventOf({ type, delta }: News): string {
  return type === 'test' ? 'test' : `finding.${delta}`;
}
