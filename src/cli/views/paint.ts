import picocolors from 'picocolors';
import { unreachable } from '../../core/error.ts';
import type { Severity } from '../../core/hunt.ts';
import type { Verdict } from '../../core/verdict.ts';
import { SafeText, safeText, type Showable } from './safe-text.ts';

/** Colours, or the same functions without any. */
export type Paint = Readonly<
  Record<'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan', (text: Showable) => SafeText>
>;

/**
 * Colours for a stream: only on a terminal, and never where NO_COLOR is set or the terminal is dumb. picocolors alone
 * would colour a pipe when CI is set.
 */
export function paintFor(stream: { readonly isTTY?: boolean | undefined }): Paint {
  return paint(stream.isTTY === true && picocolors.isColorSupported);
}

export function paint(colours: boolean): Paint {
  const colour = picocolors.createColors(colours);
  const made = (format: (text: string) => string) => (text: Showable) =>
    SafeText.vouched(format(safeText(text).toString()));
  return {
    bold: made(colour.bold),
    dim: made(colour.dim),
    red: made(colour.red),
    yellow: made(colour.yellow),
    green: made(colour.green),
    cyan: made(colour.cyan),
  };
}

export function paintVerdict(verdict: Verdict, { red, yellow, green, cyan }: Paint): SafeText {
  switch (verdict) {
    case 'clean':
      return green(verdict);
    case 'findings':
      return cyan(verdict);
    case 'degraded':
    case 'blind':
      return yellow(verdict);
    case 'failed':
      return red(verdict);
    default:
      return unreachable(verdict);
  }
}

export function paintSeverity(severity: Severity, { red, yellow, dim, bold }: Paint): SafeText {
  switch (severity) {
    case 'critical':
      return bold(red(severity));
    case 'high':
      return red(severity);
    case 'medium':
      return yellow(severity);
    case 'low':
      return dim(severity);
    default:
      return unreachable(severity);
  }
}
