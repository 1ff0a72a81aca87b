import { z } from 'zod';
import { SEVERITIES } from '../../core/hunt.ts';
import { NEWS_DELTAS } from '../../core/notice.ts';
import { channelName, ruled, slug, some, words } from './schema-parts.ts';

/** Whether a text is the address of a receiver: http or https, and no user or password in it. */
export function isReceiverUrl(text: string): boolean {
  const parsed = URL.parse(text);
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.hostname === '') return false;
  return parsed.username === '' && parsed.password === '' && parsed.hash === '';
}

const path = (describe: string) => words(`${describe} Relative to this file.`).optional();

/** Which news a channel is told. */
const rule = {
  severity: z.enum(SEVERITIES).optional().meta({ description: 'Findings of this severity and above. Default high.' }),
  deltas: z
    .array(z.enum(NEWS_DELTAS))
    .min(1)
    .optional()
    .meta({ description: 'Which news: new, reopened. Default both.' }),
};

const url = ruled({
  rule: 'url',
  what: 'an address such as https://soc.example/hooks/tracehound',
  hint: 'Write https:// (or http://), host and path, without user and password; one that is a secret goes into url_file',
  describe: 'Where news is posted to.',
  test: isReceiverUrl,
});

const webhook = z
  .strictObject({
    url: url.optional(),
    url_file: path('File with the address, where that itself is a secret.'),
    secret_file: path('File with the secret that bodies are signed with, of 16 characters at least.'),
    ...rule,
  })
  .meta({ description: 'A server that takes signed JSON. The secret never stands here.' });

const slack = z
  .strictObject({
    url_file: path('File with the address of the incoming webhook: whoever knows it may post.'),
    ...rule,
  })
  .meta({ description: 'An incoming webhook of Slack.' });

const jobGlob = ruled({
  rule: 'glob',
  what: 'a job id or a glob such as hourly*',
  hint: 'Write a job id in which * stands for any part of a name and ** for any path',
  describe: 'A job id or a glob.',
  pattern: /^[a-z0-9_*-]+(\/[a-z0-9_*-]+)*$/,
});

/** `notify:` of `hunt.config.yml`: channels by kind and name. */
export const notifySchema = z
  .strictObject({
    webhook: z.record(slug('Name of a channel: jobs say webhook:<name>.'), webhook).optional(),
    slack: z.record(slug('Name of a channel: jobs say slack:<name>.'), slack).optional(),
    jobs: z
      .record(jobGlob, some(channelName('A channel.'), 'Channels that the jobs tell, besides those that they name.'))
      .optional()
      .meta({ description: 'Channels for jobs that cannot name them: those of the package.' }),
    stdout: z.strictObject(rule).optional().meta({ description: 'A line each on standard output of hunt start.' }),
  })
  .meta({ description: 'Channels that jobs may tell of new and reopened findings.' });

export type NotifyInput = z.infer<typeof notifySchema>;
