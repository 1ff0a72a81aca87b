import { z } from 'zod';
import { parseCidr } from '../../core/cidr.ts';
import { day, ruled, slug, words } from './schema-parts.ts';

const cidr = ruled({
  rule: 'cidr-malformed',
  what: 'a block such as 10.0.0.0/8 or 2001:db8::/32, or an address',
  hint: 'Write IPv4 in four decimal parts or IPv6, and a prefix length that fits',
  describe: 'A CIDR block or a plain address, IPv4 or IPv6.',
  test: (text) => parseCidr(text) !== null,
});

const detailedEntry = z.strictObject({
  cidr,
  comment: words('What this block is.').optional(),
  owner: words('Who wants it in the list.').optional(),
  because: words('Why it is in the list.').optional(),
  until: day('Last day (UTC) on which it counts.').optional(),
});

/** `lists/*.yml`; the list is named as its file. */
export const listSchema = z
  .strictObject({
    description: words('What the list holds, and what excluding it means.'),
    include: z
      .array(slug('Name of another list.'))
      .optional()
      .meta({ description: 'Other lists whose entries belong to this one.' }),
    entries: z
      .array(
        z.union([cidr, detailedEntry], { error: 'Expected a block such as 10.0.0.0/8, or { cidr: …, comment: … }' }),
      )
      .optional()
      .meta({ description: 'Blocks and addresses; they must not overlap.' }),
  })
  .meta({ title: 'CIDR list', description: 'A named set of address blocks that hunts leave out.' });

export type ListInput = z.infer<typeof listSchema>;
