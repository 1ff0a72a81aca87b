// A layer for the ATT&CK Navigator, in layer format 4.5 (layers/spec/v4.5/layerformat.md of mitre-attack/attack-navigator).
import { ATTACK_VERSION } from '../core/attack.ts';

/** One technique or sub-technique of a layer. */
export interface LayerTechnique {
  readonly id: string;
  /** How many of its hunts run. */
  readonly running: number;
  /** Whether all of its hunts lack the sources they need. */
  readonly blind: boolean;
  /** What people read over the technique, a line each. */
  readonly lines: readonly string[];
}

/** The Navigator is a page of its own: colours stand for what the legend says. */
const COLOURS = { few: '#c3e6cb', many: '#2f9e44', blind: '#ff922b', idle: '#ced4da' } as const;
/** The release of the Navigator that brought ATT&CK 18; the format asks for 4.9.0 at least. */
const NAVIGATOR_VERSION = '5.2.0';

/** The layer as the value that its JSON file holds. Scores are numbers of hunts that run. */
export function navigatorLayer(name: string, description: string, techniques: readonly LayerTechnique[]) {
  const most = techniques.reduce((max, { running }) => Math.max(max, running), 2);
  return {
    name,
    versions: { attack: ATTACK_VERSION, navigator: NAVIGATOR_VERSION, layer: '4.5' },
    domain: 'enterprise-attack',
    description,
    sorting: 3, // by score, the highest first
    layout: { layout: 'side', showID: true, showName: true, expandedSubtechniques: 'annotated' },
    hideDisabled: false,
    techniques: techniques.map(layerTechnique),
    gradient: { colors: [COLOURS.few, COLOURS.many], minValue: 1, maxValue: most },
    legendItems: [
      { label: 'one hunt runs', color: COLOURS.few },
      { label: `${most} hunts run`, color: COLOURS.many },
      { label: 'blind: its hunts lack their sources', color: COLOURS.blind },
      { label: 'idle: nothing runs its hunts', color: COLOURS.idle },
    ],
  };
}

/** A colour of its own hides that of the score, so only what does not run has one. */
function layerTechnique({ id, running, blind, lines }: LayerTechnique) {
  const colour = running > 0 ? {} : { color: blind ? COLOURS.blind : COLOURS.idle };
  return { techniqueID: id, score: running, ...colour, comment: lines.join('\n'), showSubtechniques: true };
}
