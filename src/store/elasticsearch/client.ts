import type { ElasticClient } from '../../elastic/client.ts';

/** The calls that the store makes: each is one request. */
export type StoreClient = Pick<
  ElasticClient,
  | 'alias'
  | 'bulk'
  | 'componentTemplate'
  | 'createIndex'
  | 'indexTemplate'
  | 'mappings'
  | 'multiGet'
  | 'putComponentTemplate'
  | 'putIndexTemplate'
  | 'putMapping'
  | 'refresh'
  | 'search'
  | 'updateAliases'
>;
