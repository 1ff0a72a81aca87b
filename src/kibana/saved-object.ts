// kibana: what analysts see of our indices in Kibana. In: the prefix of the indices. Out: saved objects by pure builders,
// and the upload of them. May import: core. Facts about Kibana's formats: 8.19 and 9.x.

/** A name that stands in an object for another object, so that Kibana can follow and rename it. */
export interface Reference {
  readonly type: SavedObjectType;
  readonly id: string;
  readonly name: string;
}

/**
 * By type the version of its form. Kibana brings older forms up to its own when it imports them, and refuses newer ones; so
 * these are the oldest forms that have all we use, and one file serves 8.19 and 9.x.
 */
const FORMS = {
  tag: '8.0.0',
  'index-pattern': '7.11.0',
  search: '7.9.3',
  map: '7.4.0',
  dashboard: '10.2.0',
} as const;

/** The form of everything around the attributes; 8.8 was the first that keeps a version for each type. */
const CORE_FORM = '8.8.0';

type SavedObjectType = keyof typeof FORMS;

export type Attributes = Readonly<Record<string, unknown>>;

/** One object of Kibana, as a line of an import file holds it. */
export interface SavedObject {
  readonly type: SavedObjectType;
  readonly id: string;
  readonly coreMigrationVersion: string;
  readonly typeMigrationVersion: string;
  readonly attributes: Attributes;
  readonly references: readonly Reference[];
}

export function savedObject(
  { type, id }: Pick<SavedObject, 'type' | 'id'>,
  attributes: Attributes,
  references: readonly Reference[],
): SavedObject {
  return { type, id, coreMigrationVersion: CORE_FORM, typeMigrationVersion: FORMS[type], attributes, references };
}

/** The reference by which an object carries a tag. */
export function tagReference(tagId: string): Reference {
  return { type: 'tag', id: tagId, name: `tag-ref-${tagId}` };
}

/** The file that Kibana imports: an object a line. */
export function ndjson(objects: readonly SavedObject[]): string {
  return objects.map((object) => `${JSON.stringify(object)}\n`).join('');
}
