import { z } from 'zod';
import { duration, ruled, words } from './schema-parts.ts';

/** Ids of Kibana's spaces. */
export const SPACE_ID = /^[a-z0-9_-]{1,100}$/;

/** Whether a text is the address of a Kibana: http or https, perhaps with a path, and no credentials in it. */
export function isKibanaUrl(text: string): boolean {
  const parsed = URL.parse(text);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return false;
  const { username, password, search, hash } = parsed;
  return username + password + search + hash === '';
}

const path = (describe: string) => words(`${describe} Relative to this file.`).optional();

/** `kibana:` of `hunt.config.yml`. */
export const kibanaSchema = z
  .strictObject({
    url: ruled({
      rule: 'url',
      what: 'an address such as https://kibana.example:5601',
      hint: 'Write http:// or https://, host, port and the path of a proxy, without user and password',
      describe: 'Address, with the path that a proxy puts before it.',
      test: isKibanaUrl,
    }).optional(),
    space: ruled({
      rule: 'space',
      what: 'the id of a space',
      hint: 'Take it from the address in the browser: it stands after /s/',
      describe: 'Id of the space that gets the objects. Default: the default space.',
      pattern: SPACE_ID,
    }).optional(),
    username: words(
      'User of basic authentication; its password comes from password_file or TRACEHOUND_KIBANA_PASSWORD.',
    ).optional(),
    password_file: path('File with the password.'),
    api_key_file: path('File with an API key (the encoded form).'),
    bearer_token_file: path('File with a bearer token.'),
    ca_file: path('Certificate authority, PEM.'),
    request_timeout: duration('Longest wait for one answer of Kibana. Default 60s.').optional(),
  })
  .meta({ description: 'The Kibana that hunt setup --kibana fills. Secrets never stand here.' });
