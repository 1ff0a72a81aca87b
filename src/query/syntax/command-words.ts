import { closest } from '../../core/suggest.ts';
// Commands that ES|QL has in some version, and that stored hunts do not have (elastic.md, B.1 and B.8).

/** Why a command is refused, and what to do instead; the key is its first word. */
const REFUSED: ReadonlyMap<string, { readonly message: string; readonly hint: string }> = new Map([
  ['INLINE', newer('INLINE STATS', '9.2', 'Use STATS in a query of its own')],
  ['INLINESTATS', newer('INLINE STATS', '9.2', 'Use STATS in a query of its own')],
  ['FORK', newer('FORK', '9.1', 'Write one hunt for each branch')],
  ['FUSE', newer('FUSE', '9.1', 'Write one hunt for each branch')],
  ['SET', newer('SET', '9.3', 'Remove it: fields that are mapped nowhere are read as null already')],
  ['COMPLETION', newer('COMPLETION', '9.2', 'Remove it: a hunt gives the same rows every time')],
  [
    'CHANGE_POINT',
    newer('CHANGE_POINT', '9.2 and a Platinum licence', 'Compare counts of two windows with STATS … WHERE'),
  ],
  ['TS', newer('TS', '9.2', 'Use FROM')],
  ['DEDUP', newer('DEDUP', '9.6', 'Use STATS … BY')],
  ['URI_PARTS', newer('URI_PARTS', '9.4', 'Use DISSECT or GROK')],
  ['REGISTERED_DOMAIN', newer('REGISTERED_DOMAIN', '9.4', 'Use DISSECT or GROK')],
  ['USER_AGENT', newer('USER_AGENT', '9.4', 'Use DISSECT or GROK')],
  ['IP_LOCATION', newer('IP_LOCATION', '9.5', 'Use enrich: { geoip: [field] } in the hunt')],
  ['RERANK', newer('RERANK', '9.4', 'Use SORT')],
  ['MMR', newer('MMR', '9.4', 'Use SORT')],
  ['HIGHLIGHT', newer('HIGHLIGHT', '9.4', 'Remove it')],
  ['METRICS_INFO', newer('METRICS_INFO', '9.4', 'Use FROM')],
  ['TS_INFO', newer('TS_INFO', '9.4', 'Use FROM')],
  ['PROMQL', newer('PROMQL', '9.4', 'Use FROM')],
  ['SHOW', { message: 'SHOW tells about the server, not about events', hint: 'Start with FROM' }],
  ['EXPLAIN', { message: 'EXPLAIN gives no rows', hint: 'Start with FROM' }],
  ['SEARCH', { message: 'ES|QL has no SEARCH', hint: 'Use WHERE' }],
  ['JOIN', { message: 'JOIN stands after LOOKUP', hint: 'Write LOOKUP JOIN index ON column' }],
  ['LEFT', { message: 'Every LOOKUP JOIN is a left join', hint: 'Write LOOKUP JOIN index ON column' }],
  ['SELECT', { message: 'ES|QL is no SQL', hint: 'Start with FROM, and choose columns with | KEEP' }],
  ['GROUP', { message: 'ES|QL has no GROUP BY', hint: 'Write STATS … BY' }],
  ['ORDER', { message: 'ES|QL has no ORDER BY', hint: 'Write SORT' }],
]);

const SUPPORTED =
  'FROM ROW WHERE EVAL STATS KEEP DROP RENAME SORT LIMIT DISSECT GROK MV_EXPAND LOOKUP SAMPLE ENRICH'.split(' ');

function newer(command: string, version: string, hint: string): { readonly message: string; readonly hint: string } {
  return { message: `${command} needs Elasticsearch ${version}, and stored hunts run on 8.19 too`, hint };
}

/** What is wrong with a word (upper case) that begins a stage and is no command of stored hunts. */
export function refusalOf(word: string): { readonly rule: string; readonly message: string; readonly hint: string } {
  const refused = REFUSED.get(word);
  if (refused !== undefined)
    return { rule: refused.message.includes(' needs ') ? 'needs-newer-version' : 'unsupported-command', ...refused };
  const near = closest(word, SUPPORTED);
  const hint = near === null ? `Commands are ${SUPPORTED.join(', ')}` : `Did you mean ${near}?`;
  return { rule: 'unknown-command', message: `ES|QL has no command "${word.slice(0, 40)}"`, hint };
}
