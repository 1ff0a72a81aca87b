import { createHash } from 'node:crypto';
import { COLORS } from './colors.ts';
import { dataViews } from './data-views.ts';
import { findingMap } from './finding-map.ts';
import { findingsDashboard } from './findings-dashboard.ts';
import { type KibanaPlace, type Names, namesOf } from './names.ts';
import { operationDashboard } from './operation-dashboard.ts';
import { ndjson, type SavedObject, savedObject } from './saved-object.ts';
import { sessions } from './sessions.ts';

/** The objects of one place. */
export interface KibanaObjects {
  /** What all others carry, and nobody else's. Written last: its text names the content of the others. */
  readonly tag: SavedObject;
  /** What is referred to before what refers to it. */
  readonly others: readonly SavedObject[];
}

/** Everything that analysts get in Kibana; the same for the same place. */
export function kibanaObjects(place: KibanaPlace): KibanaObjects {
  const names = namesOf(place);
  const others = [
    ...dataViews(names),
    ...sessions(names),
    findingMap(names),
    findingsDashboard(names),
    operationDashboard(names),
  ];
  return { tag: tagOf(names, others), others };
}

/** The file that people import by hand. */
export function exportFile(place: KibanaPlace): string {
  const { tag, others } = kibanaObjects(place);
  return ndjson([tag, ...others]);
}

/** What the description of our tag begins with, whatever the content. */
export const TAG_MARK = 'Made by hunt setup --kibana, and replaced by it when Tracehound changes.';

function tagOf({ tag, title }: Names, others: readonly SavedObject[]): SavedObject {
  const content = createHash('sha256').update(ndjson(others)).digest('hex').slice(0, 16);
  const description = `${TAG_MARK} Content ${content}.`;
  return savedObject({ type: 'tag', id: tag }, { name: title, description, color: COLORS.plain }, []);
}
