import { z } from 'zod';
import { field, indexPattern, isDuration, ruled, some, sourceName, words } from './schema-parts.ts';

const heartbeat = ruled({
  rule: 'heartbeat',
  what: 'a duration such as 1h, or sporadic',
  hint: 'Write how long silence is normal, or sporadic where any silence is',
  describe: 'How long silence of this source is normal; sporadic: any silence is.',
  pattern: /^(sporadic|[0-9]{1,9}[smhdw])$/,
  test: (text) => text === 'sporadic' || isDuration(text),
});

const sourceKeys = {
  index: some(indexPattern('One index pattern.'), 'Index patterns that hold the source.'),
  where: words('ES|QL condition that recognises a document of this source among those of its indices.'),
  clock: some(
    field('A date field.'),
    "Fields that give a document's time; the first one present in a document counts.",
  ),
  heartbeat,
};

const source = z.strictObject({
  description: words('What the source tells, in a sentence.'),
  ...sourceKeys,
  where: sourceKeys.where.optional(),
  enable: words('How to switch the source on.'),
  cost: words('How much it brings, and what it asks of hosts and readers.').optional(),
  fields: some(
    field('An ECS field.'),
    'Fields that documents of this source have; hunts are checked against them.',
  ).optional(),
});

/** `sources.yml` of a hunts folder. */
export const sourcesSchema = z.record(sourceName('Name of the source; hunts name it under sources.'), source).meta({
  title: 'Sources',
  description: 'Kinds of data: where they lie, how to recognise them, their clock, how to switch them on.',
});

/** What a site says about a source, by its name, in hunt.config.yml. */
export const sourceMappingSchema = z.strictObject({
  index: sourceKeys.index.optional(),
  where: sourceKeys.where.optional(),
  clock: sourceKeys.clock.optional(),
  heartbeat: heartbeat.optional(),
  absent: z.boolean().optional().meta({ description: 'true: this site does not have the source; it is not asked.' }),
});
