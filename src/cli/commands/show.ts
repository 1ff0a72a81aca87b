import { HuntError } from '../../core/error.ts';
import type { Hunt } from '../../core/hunt.ts';
import { showEsql, type ShownQuery } from '../../pipeline/show-hunt.ts';
import type { Effects } from '../effects.ts';
import type { Paint } from '../views/paint.ts';
import { tellProblems } from '../problems.ts';
import { joined, safe, safeLines, type SafeText } from '../views/safe-text.ts';
import { storedHunts } from '../select.ts';
import { huntPage } from '../views/view-hunt.ts';

/** `hunt show`: one hunt as a person reads it, or with --esql the queries it sends, to paste into Discover. */
export async function show(
  id: string,
  flags: { readonly esql?: boolean },
  effects: Pick<Effects, 'out' | 'stock' | 'now'>,
): Promise<number> {
  const { out } = effects;
  const [hunt, ...others] = storedHunts(id, await effects.stock());
  if (hunt === undefined || others.length > 0) {
    throw new HuntError('USAGE', `"${id}" names ${others.length + 1} hunts`, {
      remedy: 'hunt show takes one id; hunt list names them',
    });
  }
  if (flags.esql === true) return showQueries(hunt, effects);
  const { sources } = (await effects.stock()).definitions;
  out.answer({ ...hunt, places: undefined }, () => huntPage(hunt, sources, out.paint));
  return 0;
}

async function showQueries(hunt: Hunt, { out, stock, now }: Pick<Effects, 'out' | 'stock' | 'now'>): Promise<number> {
  const { checked, problems } = await stock();
  const sound = checked.get(hunt.id);
  if (sound === undefined) {
    const own = problems.filter(({ place }) => place.file === hunt.file);
    tellProblems(out, own.length > 0 ? own : problems, 'DEFINITION', `Cannot compile "${hunt.id}"`);
    throw new HuntError('DEFINITION', `Cannot compile "${hunt.id}"`, { remedy: 'See hunt check' });
  }
  const queries = showEsql(sound, now());
  out.answer(queries, () =>
    joined(
      queries.map((query) => queryText(query, out.paint)),
      '\n',
    ),
  );
  return 0;
}

/** As comments, so that the whole can be pasted. */
function queryText({ purpose, esql, notes }: ShownQuery, paint: Paint): SafeText {
  const comments = [purpose, ...notes].map((line) => paint.dim(safe`// ${line}`));
  return safe`${joined(comments, '\n')}\n${safeLines(esql)}\n`;
}
