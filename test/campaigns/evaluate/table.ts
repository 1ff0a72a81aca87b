// Tables of the evaluation, as Markdown. They name captures, hunts and counts, and quote no event.
import { SEVERITIES } from '../../../src/core/hunt.ts';
import { type AttackOutcome, type CaptureOutcome, OTHERS_MAX } from './captures-outcome.ts';
import { HISTORY_DAYS } from './captures-history.ts';

export function capturesSection(outcomes: readonly CaptureOutcome[]): string {
  const attacks = outcomes.flatMap(({ attacks }) => attacks);
  const found = attacks.filter(({ hunts }) => hunts.length > 0);
  const alone = attacks.filter(({ withoutHistory }) => withoutHistory.length > 0);
  return [
    '## Recorded captures',
    `Every stored hunt runs over the whole time of each capture, on the sources' clock. The site is a small one: the
parameter \`min_population\` is 1, and of the private blocks its list \`non-public\` names only the networks of its own
hosts, since in a lab some other private network plays the internet. For hunts that look for what was never seen before,
the events of the capture without those of the attack stand ${HISTORY_DAYS.join(' and ')} days earlier once more; so such a hunt reports next to
nothing but the attack by construction, and the column "hunts without history" leaves these hunts out. A hunt is blind where the
capture has none of its sources.`,
    `**${found.length} of ${attacks.length} rows are found, ${alone.length} of them without any history.** The floor: every row, and at
most ${OTHERS_MAX} other findings of medium severity or above per capture, each explained. Rank is the place of the first finding that
shows an attack, by severity; all others of equal severity are counted before it.`,
    markdown(
      [
        'capture',
        'events',
        'benign history',
        'hunts that saw data',
        'findings',
        'low',
        'medium',
        'high',
        'critical',
        'show an attack',
        'others of medium or above',
        'rank',
      ],
      outcomes.map(captureLine),
    ),
    '### Attack rows',
    markdown(['capture', 'attack', 'found by', 'hunts without history'], attacks.map(attackLine)),
    '### Other findings of medium or above',
    markdown(['capture', 'hunt', 'findings', 'because'], outcomes.flatMap(otherLines)),
  ].join('\n\n');
}

function captureLine({
  capture,
  events,
  history,
  verdicts,
  findings,
  others,
  rank,
}: CaptureOutcome): readonly string[] {
  const bySeverity = SEVERITIES.map((severity) => findings.filter((each) => each.severity === severity).length);
  const shown = findings.filter(({ shows }) => shows.length > 0).length;
  const runs = Object.values(verdicts).reduce((sum, count) => sum + count, 0);
  const counts = [
    events,
    history,
    runs - (verdicts['blind'] ?? 0),
    findings.length,
    ...bySeverity,
    shown,
    others.length,
  ];
  return [capture.name, ...counts.map((count) => count.toLocaleString('en')), rank === null ? 'none' : String(rank)];
}

function attackLine({ attack, hunts, withoutHistory }: AttackOutcome): readonly string[] {
  return [attack.capture, attack.what, hunts.join(', ') || '**none**', String(withoutHistory.length)];
}

function otherLines({ capture, others }: CaptureOutcome): readonly (readonly string[])[] {
  const groups = Map.groupBy(others, ({ huntId, explained }) => `${huntId}\n${explained?.because ?? '**nothing**'}`);
  return [...groups].map(([group, findings]) => {
    const [hunt = '', because = ''] = group.split('\n');
    return [capture.name, hunt, String(findings.length), because];
  });
}

/** A table; cells hold no markup of events, only `|` is kept from ending one. */
export function markdown(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
