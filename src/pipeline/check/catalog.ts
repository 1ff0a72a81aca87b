import type { Hunt } from '../../core/hunt.ts';
import { EVENT_TIME_FIELD } from '../../core/source.ts';
import { ecsField } from '../../query/ecs.ts';
import type { Catalog } from '../../query/resolve/resolution.ts';
import type { NeededSources } from './needed-sources.ts';

/** Fields by ECS, with the hunt's parameters; which fields its sources have is judged apart, with their names. */
export function catalogOf(hunt: Pick<Hunt, 'params'>): Catalog {
  return { field: ecsField, strict: false, params: hunt.params };
}

/** Fields that some source of the hunt reads its time from. */
export function clockFieldsOf({ present }: NeededSources): string[] {
  return [...new Set([EVENT_TIME_FIELD, ...present.flatMap(({ source }) => source.clock)])];
}
