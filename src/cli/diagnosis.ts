/** One thing that `hunt doctor` looked at. */
export interface Diagnosis {
  readonly what: string;
  readonly level: 'ok' | 'warning' | 'failure';
  readonly text: string;
  readonly remedy: string | null;
}
