import { type ErrorCode, HuntError, messageOf, redact } from '../core/error.ts';
import { fieldOf, numberIn, textIn } from '../elastic/answer.ts';
import { clean } from '../elastic/failure.ts';

/** What came back, whoever sent it. */
export interface KibanaAnswer {
  readonly status: number;
  readonly text: string;
}

/** What was being done, as an infinitive: `read the version of Kibana`. */
export interface Doing {
  readonly what: string;
  /** What a user needs to be allowed to do it. */
  readonly privilege: string;
}

/** Who ended the waiting for an answer, where somebody did. */
interface Ended {
  readonly cancelled: boolean;
  readonly timedOut: boolean;
  readonly ms: number;
}

/** An error for an answer that did not come. */
export function kibanaFailure(error: unknown, { what }: Doing, { cancelled, timedOut, ms }: Ended): HuntError {
  const told = (code: ErrorCode, state: string, remedy: string) =>
    new HuntError(code, `Cannot ${what}: ${state}`, { remedy, cause: redact(messageOf(error)) });
  if (cancelled) return told('CANCELLED', 'it was cancelled', 'Run it again when wanted: nothing is made twice');
  if (timedOut)
    return told(
      'TIMEOUT',
      `Kibana did not answer within ${ms} ms`,
      'Look at the load of Kibana, or raise kibana.request_timeout',
    );
  const { code, remedy } = connectionFault(`${codeOf(error)} ${messageOf(error)}`);
  return told(code, `no answer from Kibana (${clean(messageOf(error)) || codeOf(error)})`, remedy);
}

/** Of an address with several numbers, each of which failed, the error itself says nothing. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function connectionFault(message: string): { readonly code: ErrorCode; readonly remedy: string } {
  if (/certificate|CERT_|ALTNAME|self.signed/i.test(message))
    return { code: 'UNREACHABLE', remedy: 'Name the file of its certificate authority: kibana.ca_file' };
  if (/EPROTO|wrong version number|SSL routines|HPE_|Parse Error/i.test(message))
    return { code: 'UNREACHABLE', remedy: 'Check whether Kibana speaks http or https, and kibana.url accordingly' };
  if (/ENOTFOUND|EAI_AGAIN/.test(message)) return { code: 'UNREACHABLE', remedy: 'Check the host name in kibana.url' };
  if (/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EADDRNOTAVAIL/.test(message))
    return { code: 'UNREACHABLE', remedy: 'Check that Kibana runs, and host and port in kibana.url' };
  return { code: 'CONNECTION_LOST', remedy: LOST_REMEDY };
}

const LOST_REMEDY =
  'Look at the log of Kibana, then run it again: nothing is made twice. A Kibana that speaks https hangs up on http';

/** An error for an answer that is one: `status` of 300 and above, or no JSON where there should be some. */
export function answerError(answer: KibanaAnswer, { what, privilege }: Doing): HuntError {
  const { status } = answer;
  const body = jsonOf(answer.text);
  const told = (code: ErrorCode, state: string, remedy: string) =>
    new HuntError(code, `Cannot ${what}: ${state}`, { remedy });
  if (!isKibanas(answer, body)) return told('NOT_KIBANA', notKibana(status, body), NOT_KIBANA_REMEDY);
  const state = `Kibana answered ${status}: ${clean(textIn(body, 'message') ?? answer.text) || 'no reason given'}`;
  if (status === 401) return told('AUTHENTICATION', state, AUTHENTICATION_REMEDY);
  if (status === 403 || status === 407) return told('PRIVILEGE', state, `Grant the user ${privilege}`);
  if ([429, 502, 503, 504].includes(status))
    return told('OVERLOADED', state, 'Wait until Kibana is up, and run it again: nothing is made twice');
  if (status === 404) return told('KIBANA_REFUSED', state, 'Check the path in kibana.url; use Kibana 8.19 or 9.x');
  return told('KIBANA_REFUSED', state, 'Look at the log of Kibana; use Kibana 8.19 or 9.x');
}

const NOT_KIBANA_REMEDY =
  'Check kibana.url: host, port (5601 as a rule), and the path where a proxy or server.basePath puts Kibana below one';
const AUTHENTICATION_REMEDY =
  'Check user and password of "kibana:", or its API key: it may have expired. Those of Elasticsearch are not sent to Kibana';

/**
 * Errors of Kibana repeat their status in JSON. What stands between may answer by itself when it does not let one in, or
 * nobody is there; and Kibana says in plain text that it is not ready yet.
 */
function isKibanas({ status }: KibanaAnswer, body: unknown): boolean {
  if (isElasticsearchs(body)) return false;
  return numberIn(body, 'statusCode') !== undefined || [401, 403, 407, 429, 502, 503, 504].includes(status);
}

function isElasticsearchs(body: unknown): boolean {
  const error = fieldOf(body, 'error');
  return typeof error === 'object' && error !== null;
}

function notKibana(status: number, body: unknown): string {
  if (isElasticsearchs(body)) return `what answered (${status}) is an Elasticsearch`;
  return `what answered (${status}) does not answer as Kibana does`;
}

/** undefined where a text is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
