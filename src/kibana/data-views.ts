import type { Names } from './names.ts';
import { type Attributes, type SavedObject, savedObject, tagReference } from './saved-object.ts';

/** How a field is shown; Kibana's `fieldFormatMap`. */
type Formats = Readonly<Record<string, object>>;

interface DataView {
  readonly id: string;
  readonly kind: keyof Names['data'];
  readonly name: string;
  /** null: documents of all times are shown together. */
  readonly timeField: string | null;
  readonly formats: Formats;
  /** What is in documents for the program alone. */
  readonly hidden: readonly string[];
}

/** A data view for each of our indices that people read. */
export function dataViews(names: Names): SavedObject[] {
  const views = [findingsView(names), sightingsView(names), runsView(names), ledgerView(names), outboxView(names)];
  return views.map((view) => dataView(view, names));
}

function findingsView({ data, title }: Names): DataView {
  const formats = {
    'hunt.fingerprint': linkTo(data.sightings, 'hunt.fingerprint'),
    'hunt.run_id': linkTo(data.runs, 'hunt.run_id'),
    'destination.bytes': BYTES,
    'network.bytes': BYTES,
    'source.bytes': BYTES,
  };
  const id = data.findings;
  return { id, kind: 'findings', name: `${title}: findings`, timeField: '@timestamp', formats, hidden: ['hunt.state'] };
}

function sightingsView({ data, title }: Names): DataView {
  const formats = {
    'hunt.fingerprint': linkTo(data.findings, 'hunt.fingerprint'),
    'hunt.run_id': linkTo(data.runs, 'hunt.run_id'),
  };
  const id = data.sightings;
  return { id, kind: 'sightings', name: `${title}: sightings`, timeField: '@timestamp', formats, hidden: [] };
}

function runsView({ data, title }: Names): DataView {
  const formats = {
    'event.duration': lengthOf('nanoseconds'),
    'hunt.took_ms': lengthOf('milliseconds'),
    'hunt.engine_ms': lengthOf('milliseconds'),
    'hunt.lag_ms': lengthOf('milliseconds'),
    'hunt.delay_ms': lengthOf('milliseconds'),
    'hunt.run_id': linkTo(data.sightings, 'hunt.run_id'),
  };
  const id = data.runs;
  return { id, kind: 'runs', name: `${title}: runs`, timeField: '@timestamp', formats, hidden: ['hunt.record'] };
}

function ledgerView({ data, title }: Names): DataView {
  const id = data.ledger;
  return { id, kind: 'ledger', name: `${title}: ledger`, timeField: null, formats: {}, hidden: ['hunt.record'] };
}

function outboxView({ data, title }: Names): DataView {
  const formats = {
    'hunt.fingerprint': linkTo(data.findings, 'hunt.fingerprint'),
    'hunt.run_id': linkTo(data.runs, 'hunt.run_id'),
  };
  const id = data.outbox;
  return { id, kind: 'outbox', name: `${title}: outbox`, timeField: '@timestamp', formats, hidden: ['hunt.record'] };
}

const BYTES = { id: 'bytes' };

function lengthOf(inputFormat: 'nanoseconds' | 'milliseconds'): object {
  const shown = { outputFormat: 'humanizePrecise', outputPrecision: 1 };
  const unit = { showSuffix: true, useShortSuffix: true, includeSpaceWithSuffix: true };
  return { id: 'duration', params: { inputFormat, ...shown, ...unit } };
}

/**
 * A link from a value to the documents of another data view that have it, of the last 90 days. `..` makes Kibana put the
 * address of the space before it. Only for fields that the runner fills with hexadecimal digits and hyphens.
 */
function linkTo(dataViewId: string, field: string): object {
  const time = '(time:(from:now-90d,to:now))';
  const source = `(dataViewId:'${dataViewId}',type:dataView)`;
  const query = `(language:kuery,query:'${field}:%22{{value}}%22')`;
  const urlTemplate = `../app/discover#/?_g=${time}&_a=(dataSource:${source},query:${query})`;
  return { id: 'url', params: { type: 'a', urlTemplate, labelTemplate: '{{value}}', openLinkInCurrentTab: false } };
}

function dataView({ id, kind, name, timeField, formats, hidden }: DataView, { tag, prefix }: Names): SavedObject {
  const attributes: Attributes = {
    title: `${prefix}-${kind}`,
    name,
    ...(timeField === null ? {} : { timeFieldName: timeField }),
    fields: '[]',
    allowNoIndex: true,
    fieldFormatMap: JSON.stringify(formats),
    fieldAttrs: '{}',
    runtimeFieldMap: '{}',
    sourceFilters: JSON.stringify(hidden.map((value) => ({ value }))),
    typeMeta: '{}',
  };
  return savedObject({ type: 'index-pattern', id }, attributes, [tagReference(tag)]);
}
