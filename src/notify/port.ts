// notify: news of findings to channels. In: the outbox of a store. Out: signed requests, messages, lines, and what became
// of each. May import: core, store.
import type { News } from './news.ts';

/** What a channel said to one piece of news. */
export type Told =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** Why not, without address, secret or anything of an event. */
      readonly because: string;
      /** When the receiver wants to be asked again, ms from now; null where it does not say. */
      readonly retryAfterMs: number | null;
      /** Whether it concerns this piece of news only: whatever else is sent may pass. */
      readonly alone: boolean;
    };

/** Somebody who can be told. Never rejects, and always resolves, within `TELL_MAX_MS`. */
export interface Channel {
  readonly name: string;
  tell(news: News): Promise<Told>;
}

/** Longest time that a channel may take for one piece of news, ms. */
export const TELL_MAX_MS = 10_000;

/** Where a channel posts to, with its secrets in plain text: for the connection and nothing else. */
export type Target =
  | { readonly kind: 'webhook'; readonly name: string; readonly url: string; readonly secret: string }
  | { readonly kind: 'slack'; readonly name: string; readonly url: string }
  | { readonly kind: 'stdout'; readonly name: string };
