import type { Exception } from '../../core/exception.ts';
import type { FirstSeenBody, Hunt, PrevalenceBody } from '../../core/hunt.ts';
import type { Source } from '../../core/source.ts';
import { formatDuration } from '../../core/time.ts';
import { type Paint, paintSeverity } from './paint.ts';
import { joined, safe, safeLines, type SafeText, safeText } from './safe-text.ts';
import { facts } from './table.ts';

/** One stored hunt as a person reads it. */
export function huntPage(hunt: Hunt, sources: ReadonlyMap<string, Source>, paint: Paint): SafeText {
  const { keep, exceptions, falsePositives, runbook, references } = hunt;
  const parts = [
    safe`${paint.bold(hunt.name)}\n${safeLines(hunt.hypothesis.trim())}`,
    huntFacts(hunt, paint),
    section('Query', bodyText(hunt), paint),
    section('Keep', keep === null ? safe`` : safeLines(keep.text.trim(), '  '), paint),
    section(
      'Sources',
      list(hunt.sources.names, (name) => sourceText(name, sources.get(name))),
      paint,
    ),
    section('Exceptions', list(exceptions, exceptionText), paint),
    section(
      'Leaves out on purpose',
      list(hunt.leavesOut, ({ rule, because }) => safe`${rule}: ${because}`),
      paint,
    ),
    section('Known false positives', list(falsePositives, safeText), paint),
    section('Runbook', safeLines(runbook.trim(), '  '), paint),
    section('References', list(references, safeText), paint),
  ];
  return joined(
    parts.filter((part) => part.toString() !== ''),
    '\n\n',
  );
}

function huntFacts(hunt: Hunt, paint: Paint): SafeText {
  const { sources, excludeCidrs } = hunt;
  const exclusions = excludeCidrs.map(({ field, lists, stage }) => `${field} in ${lists.join(', ')} (${stage})`);
  return facts(
    [
      ['id', hunt.id],
      ['file', hunt.file],
      ['status', hunt.status],
      ['severity', paintSeverity(hunt.severity, paint)],
      ['techniques', hunt.techniques.join(', ')],
      ['tags', hunt.tags.join(', ')],
      ['sources', sources.names.join(sources.need === 'any_of' ? ' or ' : ' and ')],
      ['window', formatDuration(hunt.windowMs)],
      ['params', paramsText(hunt.params)],
      ['key', hunt.finding.key.join(', ')],
      ['excludes', exclusions.join('; ')],
      ['GeoIP', hunt.geoip.join(', ')],
      ['version', hunt.version],
    ],
    paint,
  );
}

function bodyText({ body }: Hunt): SafeText {
  if (body.type === 'esql') return safeLines(body.query.text.trim(), '  ');
  const { where } = body;
  const head = safe`  ${body.of.join(', ')} ${body.type === 'prevalence' ? rarity(body) : novelty(body)}`;
  return where === null ? head : safe`${head}, where\n${safeLines(where.text.trim(), '  ')}`;
}

function rarity({ atMost, across }: PrevalenceBody): string {
  return `seen on at most ${typeof atMost === 'number' ? String(atMost) : `?${atMost.param}`} of ${across}`;
}

function novelty({ minHistory }: FirstSeenBody): string {
  const least = typeof minHistory === 'number' ? formatDuration(minHistory) : `?${minHistory?.param}`;
  return `never seen before${minHistory === null ? '' : `, in a history of ${least} at least`}`;
}

/** What it brings and costs; how to switch it on is told by `hunt sources NAME`. */
function sourceText(name: string, source: Source | undefined): SafeText {
  if (source === undefined) return safe`${name}: not defined`;
  const parts = [source.description, ...(source.cost === undefined ? [] : [`Cost: ${source.cost}`])];
  return safe`${name}${source.absent ? ' (declared absent)' : ''}: ${parts.join(' ')}`;
}

function exceptionText({ id, because, owner, until }: Exception): SafeText {
  return safe`${id}: ${because} (${owner}, until ${until})`;
}

function paramsText(params: Hunt['params']): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
    .join(', ');
}

function list<T>(items: readonly T[], text: (item: T) => SafeText): SafeText {
  return joined(
    items.map((item) => safe`  ${text(item)}`),
    '\n',
  );
}

function section(name: string, body: SafeText, paint: Paint): SafeText {
  return body.toString().trim() === '' ? safeText('') : safe`${paint.bold(name)}\n${body}`;
}
