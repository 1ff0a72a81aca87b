import type { Query } from './kql.ts';

/** A column of a Lens layer: an aggregation, or what it is split by. */
export interface Column {
  readonly label: string;
  readonly customLabel: true;
  readonly dataType: 'number' | 'string' | 'date';
  readonly isBucketed: boolean;
  readonly operationType: 'count' | 'sum' | 'min' | 'max' | 'percentile' | 'unique_count' | 'terms' | 'date_histogram';
  readonly sourceField: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Counts only documents that fit. */
  readonly filter?: Query;
}

/** What Lens calls the field of a count of documents. */
export const DOCUMENTS = '___records___';

/** How many documents there are; with `filter`, that fit. */
export function count(label: string, filter?: Query): Column {
  const column = metric('count', DOCUMENTS, label, { emptyAsNull: false });
  return filter === undefined ? column : { ...column, filter };
}

/** How many distinct values a field has; approximate above 3,000. */
export function distinct(field: string, label: string): Column {
  return metric('unique_count', field, label, { emptyAsNull: false });
}

export function sum(field: string, label: string): Column {
  return metric('sum', field, label, { emptyAsNull: false });
}

export function largest(field: string, label: string): Column {
  return metric('max', field, label, { emptyAsNull: true });
}

/** The earliest and the latest of instants. */
export function earliest(field: string, label: string): Column {
  return { ...metric('min', field, label, { emptyAsNull: true }), dataType: 'date' };
}

export function latest(field: string, label: string): Column {
  return { ...metric('max', field, label, { emptyAsNull: true }), dataType: 'date' };
}

/** The value that `percent` of 100 documents do not exceed; an estimate. */
export function percentile(field: string, percent: number, label: string): Column {
  return metric('percentile', field, label, { percentile: percent });
}

interface Terms {
  readonly size: number;
  /** The column that says which values come first, the largest of it. */
  readonly by: string;
}

/** The first values of a field; documents without one are left out. */
export function terms(field: string, label: string, { size, by }: Terms): Column {
  return {
    label,
    customLabel: true,
    dataType: 'string',
    isBucketed: true,
    operationType: 'terms',
    sourceField: field,
    params: {
      size,
      orderBy: { type: 'column', columnId: by },
      orderDirection: 'desc',
      otherBucket: false,
      missingBucket: false,
      parentFormat: { id: 'terms' },
      include: [],
      exclude: [],
      includeIsRegex: false,
      excludeIsRegex: false,
      secondaryFields: [],
    },
  };
}

/** Time, in steps that fit the range on the screen. */
export function overTime(field = '@timestamp'): Column {
  return {
    label: field,
    customLabel: true,
    dataType: 'date',
    isBucketed: true,
    operationType: 'date_histogram',
    sourceField: field,
    params: { interval: 'auto', includeEmptyRows: true, dropPartials: false },
  };
}

function metric(
  operationType: Column['operationType'],
  sourceField: string,
  label: string,
  params: Column['params'],
): Column {
  return { label, customLabel: true, dataType: 'number', isBucketed: false, operationType, sourceField, params };
}
