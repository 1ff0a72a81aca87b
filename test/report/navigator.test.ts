import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type LayerTechnique, navigatorLayer } from '../../src/report/navigator.ts';

/** Every property of layer format 4.5 (layers/spec/v4.5/layerformat.md of mitre-attack/attack-navigator); no other is known. */
const colour = z.string().regex(/^#[0-9a-f]{6}$/i);
const divider = z.strictObject({ divider: z.boolean() });
const metadata = z.array(z.union([z.strictObject({ name: z.string(), value: z.string() }), divider]));
const links = z.array(z.union([z.strictObject({ label: z.string(), url: z.url() }), divider]));
const layerFormat = z.strictObject({
  name: z.string().min(1),
  versions: z.strictObject({
    attack: z.string().regex(/^\d+$/).optional(),
    navigator: z.string().regex(/^(4\.9|[5-9]\.\d+)\.\d+$/),
    layer: z.literal('4.5'),
  }),
  domain: z.enum(['enterprise-attack', 'mobile-attack', 'ics-attack']),
  description: z.string().optional(),
  customDataURL: z.url().optional(),
  filters: z.strictObject({ platforms: z.array(z.string()).optional() }).optional(),
  sorting: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]).optional(),
  layout: z
    .strictObject({
      layout: z.enum(['side', 'flat', 'mini']).optional(),
      showID: z.boolean().optional(),
      showName: z.boolean().optional(),
      showAggregateScores: z.boolean().optional(),
      countUnscored: z.boolean().optional(),
      aggregateFunction: z.enum(['average', 'min', 'max', 'sum']).optional(),
      expandedSubtechniques: z.enum(['none', 'all', 'annotated']).optional(),
    })
    .optional(),
  hideDisabled: z.boolean().optional(),
  techniques: z
    .array(
      z.strictObject({
        techniqueID: z.string().regex(/^T\d{4}(\.\d{3})?$/),
        tactic: z.string().optional(),
        comment: z.string().optional(),
        enabled: z.boolean().optional(),
        score: z.number().optional(),
        color: colour.optional(),
        metadata: metadata.optional(),
        links: links.optional(),
        showSubtechniques: z.boolean().optional(),
      }),
    )
    .optional(),
  gradient: z
    .strictObject({ colors: z.array(colour).min(2), minValue: z.number(), maxValue: z.number() })
    .refine(({ minValue, maxValue }) => maxValue > minValue)
    .optional(),
  legendItems: z.array(z.strictObject({ label: z.string(), color: colour })).optional(),
  showTacticRowBackground: z.boolean().optional(),
  tacticRowBackground: colour.optional(),
  selectTechniquesAcrossTactics: z.boolean().optional(),
  selectSubtechniquesWithParent: z.boolean().optional(),
  selectVisibleTechniques: z.boolean().optional(),
  metadata: metadata.optional(),
  links: links.optional(),
});

function technique(id: string, running: number, blind = false): LayerTechnique {
  return { id, running, blind, lines: [`a/b: ${blind ? 'blind' : 'runs'}`, 'a/c: idle'] };
}

describe('a layer for the ATT&CK Navigator', () => {
  const techniques = [technique('T1071.004', 7), technique('T1059', 0, true), technique('T1049', 0)];
  const layer = navigatorLayer('Tracehound', 'What runs.', techniques);

  it.each([
    ['of some techniques', techniques],
    ['of none', []],
    ['of one hunt', [technique('T1071', 1)]],
  ])('%s is of layer format 4.5', (_, some) => {
    expect(layerFormat.safeParse(navigatorLayer('x', 'y', some)).error).toBeUndefined();
  });

  it('the check of the format refuses what it must', () => {
    expect(layerFormat.safeParse({ ...layer, versions: { ...layer.versions, layer: '4.4' } }).success).toBe(false);
    expect(layerFormat.safeParse({ ...layer, score: 1 }).success).toBe(false);
    expect(layerFormat.safeParse({ ...layer, techniques: [{ techniqueID: 'TA0001' }] }).success).toBe(false);
  });

  it('scores by hunts that run, with a colour of its own for what does not', () => {
    expect(layer.techniques.map(({ techniqueID, score, color }) => [techniqueID, score, color])).toEqual([
      ['T1071.004', 7, undefined],
      ['T1059', 0, '#ff922b'],
      ['T1049', 0, '#ced4da'],
    ]);
    expect(layer.gradient).toMatchObject({ minValue: 1, maxValue: 7 });
    const blind = layer.legendItems.find(({ color }) => color === '#ff922b');
    expect(blind?.label).toBe('blind: its hunts lack their sources');
  });

  it('names hunts with their state in the comment', () => {
    expect(layer.techniques[1]?.comment).toBe('a/b: blind\na/c: idle');
  });
});
