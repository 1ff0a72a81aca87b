// What each part of the evaluation gives back: `captures` (captures.ts) and `month` (month.ts).

/** One part, run to its end. */
export interface PartResult {
  /** What lies below the floor, each in a sentence; none: the floor holds. */
  readonly faults: readonly string[];
  /** Markdown: the part's section of docs/evaluation.md, from its own heading of level 2 on. It quotes no event. */
  readonly section: string;
  /** For `--json`. */
  readonly figures: unknown;
}

/** Flags of the command line that a part may read; what is not given is undefined. */
export interface EvaluateFlags {
  readonly seed?: string;
  /** Of the month. */
  readonly hosts?: string;
  readonly days?: string;
  readonly events?: string;
  /** Folder (absolute) of its events and findings: a run goes on there; the same flags have the same without it. */
  readonly home?: string;
  /** Forgets what was found there, and keeps the events. */
  readonly again?: boolean;
  /** Captures by the name of their file, comma-separated; all without it. */
  readonly only?: string;
}

/** Progress for people, on standard error. */
export type Say = (words: string) => void;

export type Part = (flags: EvaluateFlags, say: Say) => Promise<PartResult>;
