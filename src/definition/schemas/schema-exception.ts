import { z } from 'zod';
import { day, huntGlob, slug, some, words } from './schema-parts.ts';

const exceptionKeys = {
  id: slug('Name of the exception, unique within a hunt.'),
  when: words('ES|QL condition. A row for which it is unknown is never hidden. Write it as a block after |.'),
  because: words('Why what it matches is known and accepted.'),
  owner: words('Who answers for it: a person or a team.'),
  until: day('Last day (UTC) on which it is active; the next day it hides nothing and is reported.'),
};

/** An exception inside a hunt. */
export const exceptionSchema = z
  .strictObject(exceptionKeys)
  .meta({ description: 'Something known and accepted that is no finding.' });

/** `exceptions/*.yml` of a site. */
export const exceptionsFileSchema = z
  .strictObject({
    exceptions: some(
      z.strictObject({
        ...exceptionKeys,
        hunts: some(
          huntGlob('A hunt id or a glob over hunt ids.'),
          'The hunts it applies to: ids or globs such as network/*.',
        ),
      }),
      'The exceptions of this file.',
    ),
  })
  .meta({
    title: 'Exceptions of a site',
    description: "What a site knows and accepts, added to the hunts that each exception's globs name.",
  });

export type ExceptionInput = z.infer<typeof exceptionSchema>;
