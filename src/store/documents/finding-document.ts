import { TACTICS } from '../../core/attack.ts';
import { DISPOSITIONS, FINDING_STATUSES } from '../../core/finding.ts';
import type { Finding, FindingState, Latest, Triage, TriageStep } from '../../core/finding.ts';
import { ENRICHMENT_STATES, type EnrichmentAnswer } from '../../core/enrichment.ts';
import { SEVERITIES } from '../../core/hunt.ts';
import { isoTime } from '../../core/time.ts';
import { ECS_VERSION, withoutNulls } from './document.ts';
import type { Document } from './document.ts';
import {
  fields,
  isBoolean,
  isCell,
  isNumber,
  isScalar,
  isText,
  isTime,
  listOf,
  nullOr,
  oneOf,
  optional,
  checkShape,
  recordOf,
} from '../shape.ts';
import { columnsOf, entityView, flattened, otherColumns, relatedView } from '../view.ts';
import type { Columns } from '../view.ts';

/** Longest `event.reason`: ECS' own limit for the field; the whole title stands in `message`. */
const REASON_CHARS = 1024;

/**
 * A finding as an ECS document. `hunt.state` (not indexed) is what the runner knows and what is read back; the analysts'
 * fields, `@timestamp` and `event.created` are read from where they stand, so that Kibana or a script may set a status.
 * Everything else is a view: made from the state, never read.
 */
export function findingDocument(finding: Finding): Document {
  const { state } = finding;
  const columns = columnsOf(state);
  return {
    ...entityView(columns),
    '@timestamp': isoTime(finding.newsAt),
    message: state.latest.title,
    tags: state.latest.tags,
    ecs: { version: ECS_VERSION },
    event: eventView(finding),
    rule: ruleView(state.latest),
    ...threatView(state.latest.techniques),
    related: relatedView(columns),
    hunt: huntView(finding, columns),
  };
}

/** The finding that was written. ANSWER_NOT_UNDERSTOOD where a document is none. */
export function findingOf(document: unknown, what: string): Finding {
  checkShape(document, STORED, what);
  const { '@timestamp': newsAt, event, hunt } = document as StoredShape;
  return {
    state: hunt.state,
    triage: triageOf(hunt),
    newsAt: Date.parse(newsAt),
    createdAt: Date.parse(event.created),
    ...(hunt.news === undefined ? {} : { news: hunt.news }),
  };
}

function eventView({ state, createdAt }: Finding): Document {
  const { title, riskScore } = state.latest;
  return {
    kind: 'alert',
    module: 'tracehound',
    dataset: 'hunt.findings',
    action: 'hunt-finding',
    id: state.fingerprint,
    start: isoTime(state.eventStart),
    end: isoTime(state.eventEnd),
    created: isoTime(createdAt),
    severity: riskScore,
    risk_score: riskScore,
    reason: title.length <= REASON_CHARS ? title : `${title.slice(0, REASON_CHARS - 1)}…`,
  };
}

function ruleView({ huntId, huntName, huntVersion, hypothesis, references }: Latest): Document {
  return { id: huntId, name: huntName, version: huntVersion, description: hypothesis, reference: references };
}

/** ECS keeps `T1071.004` as a subtechnique and its `T1071` as the technique; tactics are all that the techniques serve. */
function threatView(techniques: readonly string[]): Document {
  if (techniques.length === 0) return {};
  const parents = [...new Set(techniques.map((id) => id.split('.')[0] ?? id))];
  const children = techniques.filter((id) => id.includes('.'));
  const tactics = TACTICS.filter((tactic) => tactic.techniques.some((id) => parents.includes(id)));
  return {
    threat: {
      framework: 'MITRE ATT&CK',
      tactic: { id: tactics.map(({ id }) => id), name: tactics.map(({ name }) => name) },
      technique: { id: parents, subtechnique: { id: children } },
    },
  };
}

function huntView({ state, triage, news = [] }: Finding, columns: Columns): Document {
  const { latest } = state;
  return withoutNulls({
    fingerprint: state.fingerprint,
    id: latest.huntId,
    first_id: state.firstHuntId,
    name: latest.huntName,
    version: latest.huntVersion,
    hypothesis: latest.hypothesis,
    key: flattened(Object.entries(state.key)),
    columns: otherColumns(columns),
    truncated: Object.keys(state.sets).filter((name) => state.sets[name]?.more),
    severity: latest.severity,
    count: latest.count,
    hosts: latest.hosts,
    population: latest.population,
    first_seen: isoTime(state.firstSeen),
    last_seen: isoTime(state.lastSeen),
    tile_start: isoTime(latest.tileStart),
    tile_end: isoTime(latest.tileEnd),
    examined_at: isoTime(latest.examinedAt),
    run_id: latest.runId,
    ad_hoc: latest.adHoc,
    drilldown: latest.drilldown,
    evidence: state.evidence.values,
    geoip_date: latest.geoipDate,
    enrichment:
      latest.enrichment === undefined || latest.enrichment.length === 0 ? null : latest.enrichment.map(enrichmentView),
    ...triageView(triage),
    news: news.length === 0 ? null : news,
    state,
  });
}

/** For readers: the mapping leaves it out, and each row is one text, whatever its columns are called. */
function enrichmentView({ name, state, more, rows }: EnrichmentAnswer): Document {
  return { name, state, more, rows: rows.map((row) => JSON.stringify(row)) };
}

function triageView({ history, ...triage }: Triage): Document {
  return { ...triage, history: history.map((step) => ({ ...step, at: isoTime(step.at) })) };
}

type TriageFields = Partial<Omit<Triage, 'history'>> & {
  readonly status: Triage['status'];
  readonly history?: readonly (Omit<TriageStep, 'at'> & { readonly at: string })[];
};

/** What is read back. */
interface StoredShape {
  readonly '@timestamp': string;
  readonly event: { readonly created: string };
  readonly hunt: TriageFields & { readonly state: FindingState; readonly news?: readonly string[] };
}

function triageOf({ status, disposition, note, assignee, history }: TriageFields): Triage {
  return {
    status,
    disposition: disposition ?? null,
    note: note ?? null,
    assignee: assignee ?? null,
    history: (history ?? []).map((step) => ({ ...step, at: Date.parse(step.at) })),
  };
}

const SET = fields({ values: listOf(isScalar), cap: isNumber, more: isBoolean });

const ENRICHMENT = fields({
  name: isText,
  state: oneOf(ENRICHMENT_STATES),
  rows: listOf(recordOf(isCell)),
  more: isBoolean,
});

const LATEST = fields({
  tileStart: isNumber,
  tileEnd: isNumber,
  examinedAt: isNumber,
  runId: isText,
  adHoc: isBoolean,
  huntId: isText,
  huntName: isText,
  huntVersion: isText,
  hypothesis: isText,
  severity: oneOf(SEVERITIES),
  riskScore: isNumber,
  tags: listOf(isText),
  techniques: listOf(isText),
  references: listOf(isText),
  title: isText,
  count: isNumber,
  hosts: nullOr(isNumber),
  population: nullOr(isNumber),
  values: recordOf(isCell),
  drilldown: nullOr(isText),
  geoipDate: nullOr(isText),
  enrichment: optional(listOf(ENRICHMENT)),
});

const STATE = fields({
  fingerprint: isText,
  firstHuntId: isText,
  key: recordOf(isCell),
  firstSeen: isNumber,
  lastSeen: isNumber,
  eventStart: isNumber,
  eventEnd: isNumber,
  sets: recordOf(SET),
  evidence: SET,
  latest: LATEST,
});

const DISPOSITION = oneOf(DISPOSITIONS);
const NOTE = nullOr(isText);
const STEP = fields({
  at: isTime,
  status: oneOf(FINDING_STATUSES),
  disposition: nullOr(DISPOSITION),
  note: NOTE,
  because: isText,
});

const STORED = fields({
  '@timestamp': isTime,
  event: fields({ created: isTime }),
  hunt: fields({
    state: STATE,
    status: oneOf(FINDING_STATUSES),
    disposition: optional(nullOr(DISPOSITION)),
    note: optional(NOTE),
    assignee: optional(NOTE),
    history: optional(listOf(STEP)),
    news: optional(listOf(isText)),
  }),
});
