import { parseDuration } from '../core/time.ts';
import type {
  CidrExclusion,
  FindingShape,
  FirstSeenBody,
  Hunt,
  HuntTest,
  NumberOrParam,
  PrevalenceBody,
  SourceNeed,
} from '../core/hunt.ts';
import type { EventEnrichment } from '../core/enrichment.ts';
import type { PlacedText } from '../core/place.ts';
import { hasErrors, type Checked } from '../core/problem.ts';
import { checkHuntFile } from './check-hunt.ts';
import { exceptionOf } from './parse-exceptions.ts';
import { huntSchema, type HuntInput } from './schemas/schema-hunt.ts';
import { checkShape } from './shape.ts';
import { versionOf } from './version.ts';
import type { YamlFile } from './yaml-file.ts';
import { parseYaml } from './yaml-file.ts';

/** Population below which a prevalence hunt says nothing, unless it states its own. */
const MIN_POPULATION_DEFAULT = 10;
/** What the entities of a first_seen hunt are counted across, unless it states its own. */
const ACROSS_DEFAULT = 'host.name';

/** The hunt that a file holds, or everything that is wrong with the file. Exceptions of a site are not in it yet. */
export function parseHunt(id: string, file: string, bytes: Uint8Array): Checked<Hunt> {
  const yaml = parseYaml(file, bytes);
  if (!yaml.ok) return yaml;
  const shape = checkShape(huntSchema, yaml.value);
  const problems = [...shape.problems, ...checkHuntFile(yaml.value)];
  if (shape.value === null || hasErrors(problems)) return { ok: false, problems };
  return { ok: true, value: huntOf(id, yaml.value, shape.value), problems };
}

function huntOf(id: string, file: YamlFile, input: HuntInput): Hunt {
  const body = bodyOf(file, input);
  const hunt: Omit<Hunt, 'version'> = {
    id,
    file: file.file,
    name: input.name,
    formerIds: input.former_ids ?? [],
    hypothesis: input.hypothesis.trim(),
    status: input.status,
    severity: input.severity,
    tags: input.tags ?? [],
    techniques: input.techniques ?? [],
    sources: sourcesOf(input.sources),
    windowMs: durationOf(input.window),
    params: input.params ?? {},
    body,
    excludeCidrs: (input.exclude_cidrs ?? []).map(exclusionOf),
    exceptions: (input.exceptions ?? []).map((exception, index) =>
      exceptionOf(file, `exceptions.${index}`, exception, null),
    ),
    leavesOut: input.leaves_out ?? [],
    geoip: input.enrich?.geoip ?? [],
    enrichments: (input.enrich?.events ?? []).map((each, index) => enrichmentOf(file, each, index)),
    keep: optionalText(file, 'keep'),
    finding: findingOf(file, input.finding, body),
    falsePositives: input.false_positives ?? [],
    runbook: (input.runbook ?? '').trim(),
    references: input.references ?? [],
    tests: (input.tests ?? []).map(testOf),
    places: file.places,
  };
  return { ...hunt, version: versionOf(hunt) };
}

function bodyOf(file: YamlFile, input: HuntInput): Hunt['body'] {
  if (input.prevalence !== undefined) return prevalenceOf(file, input.prevalence);
  if (input.first_seen !== undefined) return firstSeenOf(file, input.first_seen);
  return { type: 'esql', query: textAt(file, 'esql'), top: input.top ?? false };
}

function firstSeenOf(file: YamlFile, firstSeen: NonNullable<HuntInput['first_seen']>): FirstSeenBody {
  const { of, across, collect, min_history: minHistory } = firstSeen;
  return {
    type: 'first_seen',
    of,
    across: across ?? ACROSS_DEFAULT,
    where: optionalText(file, 'first_seen.where'),
    collect: collect ?? {},
    minHistory: minHistory === undefined ? null : durationOrParam(minHistory),
  };
}

function prevalenceOf(file: YamlFile, prevalence: NonNullable<HuntInput['prevalence']>): PrevalenceBody {
  return {
    type: 'prevalence',
    of: prevalence.of,
    across: prevalence.across,
    atMost: numberOrParam(prevalence.at_most),
    minPopulation: numberOrParam(prevalence.min_population ?? MIN_POPULATION_DEFAULT),
    where: optionalText(file, 'prevalence.where'),
    collect: prevalence.collect ?? {},
  };
}

function findingOf(file: YamlFile, finding: HuntInput['finding'], body: Hunt['body']): FindingShape {
  const { after, on } = finding.reopen ?? {};
  return {
    title: finding.title.trim(),
    key: body.type === 'esql' ? (finding.key ?? []) : body.of,
    drilldown: optionalText(file, 'finding.drilldown'),
    seen: finding.seen ?? null,
    reopen: { afterMs: after === undefined ? null : durationOf(after), on: on ?? [] },
  };
}

type EnrichmentInput = NonNullable<NonNullable<HuntInput['enrich']>['events']>[number];

function enrichmentOf(
  file: YamlFile,
  { name, within, at_most: atMost }: EnrichmentInput,
  index: number,
): EventEnrichment {
  const path = `enrich.events.${index}`;
  const unless = optionalText(file, `${path}.unless`);
  return { name, query: textAt(file, `${path}.esql`), withinMs: durationOf(within), atMost, unless };
}

function sourcesOf({ any_of, all_of }: HuntInput['sources']): SourceNeed {
  return all_of === undefined ? { need: 'any_of', names: any_of ?? [] } : { need: 'all_of', names: all_of };
}

function exclusionOf({ field, lists, stage }: NonNullable<HuntInput['exclude_cidrs']>[number]): CidrExclusion {
  return { field, lists, stage: stage ?? 'before' };
}

function testOf({ name, events, params, tile, finds, verdict }: NonNullable<HuntInput['tests']>[number]): HuntTest {
  return { name, events, params: params ?? {}, tile: tile ?? null, finds, verdict: verdict ?? null };
}

function numberOrParam(value: number | string): NumberOrParam {
  return typeof value === 'number' ? value : { param: value.slice(1) };
}

function durationOrParam(text: string): NumberOrParam {
  return text.startsWith('?') ? { param: text.slice(1) } : durationOf(text);
}

function durationOf(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new TypeError(`No duration: ${JSON.stringify(text)}`);
  return ms;
}

function optionalText(file: YamlFile, path: string): PlacedText | null {
  return file.textAt(path);
}

function textAt(file: YamlFile, path: string): PlacedText {
  const text = file.textAt(path);
  if (text === null) throw new TypeError(`No text at ${path} of ${file.file}`);
  return text;
}
