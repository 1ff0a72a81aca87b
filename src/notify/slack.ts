import type { Severity } from '../core/hunt.ts';
import { valuesOf } from '../core/row.ts';
import { shortText } from '../core/unsafe-text.ts';
import type { News } from './news.ts';
import type { Channel, Target } from './port.ts';
import { type Means, post } from './post.ts';

/** Slack takes 3,000 characters of one section; an escaped character is five. */
const TITLE_MAX = 500;
const FACT_MAX = 200;
/** Values of one field that are shown; the rest is counted. */
const SHOWN = 5;

const MARKS: Readonly<Record<Severity, string>> = { critical: '🟥', high: '🟧', medium: '🟨', low: '⬜' };

/** An incoming webhook of Slack. */
export function slackChannel({ name, url }: Extract<Target, { kind: 'slack' }>, means: Means): Channel {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'tracehound' };
  return { name, tell: (news) => post({ url, headers, body: JSON.stringify(slackMessage(news)) }, means) };
}

/**
 * The message of a piece of news. Whatever comes from events or definitions stands in `plain_text`, in which Slack reads no
 * formatting, link or mention, and is escaped besides (`&`, `<`, `>`), so that not even the line which notifications show
 * can call somebody; control and direction characters are shown as escapes. Nothing is unfurled.
 */
export function slackMessage(news: News) {
  const { finding, hunt } = news;
  const head = `${MARKS[finding.severity]} ${news.type === 'test' ? 'test' : `${finding.severity}, ${news.delta}`}`;
  const title = escaped(finding.title, TITLE_MAX);
  return {
    text: `${head}: ${title}`,
    mrkdwn: false,
    link_names: false,
    parse: 'none',
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'section', text: plain(`${head}: ${title}`) },
      { type: 'context', elements: factsOf(news).map(plain) },
      { type: 'context', elements: [plain(`${escaped(hunt.name, FACT_MAX)} (${escaped(hunt.id, FACT_MAX)})`)] },
    ],
  };
}

function plain(text: string) {
  return { type: 'plain_text', text, emoji: false };
}

/** At most ten elements: what Slack takes of one context. */
function factsOf({ finding, hunt, job, tile }: News): string[] {
  const { key, values, fingerprint } = finding;
  const fields = new Map<string, readonly (string | number | boolean)[]>([
    ...Object.entries(key).map(([name, value]) => [name, valuesOf(value)] as const),
    ...FIELDS.flatMap((name) => (Object.hasOwn(values, name) ? [[name, values[name] ?? []] as const] : [])),
  ]);
  const told = [...fields].slice(0, 7).map(([name, all]) => {
    const rest = all.length > SHOWN ? ` +${all.length - SHOWN}` : '';
    return escaped(`${name}: ${all.slice(0, SHOWN).join(', ')}${rest}`, FACT_MAX);
  });
  const techniques = hunt.techniques.length === 0 ? [] : [escaped(hunt.techniques.join(', '), FACT_MAX)];
  const where = `${job.id}, ${tile.start} to ${tile.end}`;
  return [...told, ...techniques, escaped(where, FACT_MAX), `hunt findings show ${fingerprint.slice(0, 12)}`];
}

/** Fields that people look at first, where the finding has them. */
const FIELDS = ['host.name', 'user.name', 'process.executable', 'destination.ip', 'destination.geo.country_iso_code'];

/** As Slack wants text to be escaped; what could move or hide text is shown as an escape before. */
function escaped(text: string, most: number): string {
  return shortText(text, most).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
