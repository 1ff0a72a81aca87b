import { type Definitions, loadDefinitions } from '../definition/load.ts';
import type { SiteConfig } from '../definition/site.ts';
import { type Problem, sortProblems } from '../core/problem.ts';
import type { Instant } from '../core/time.ts';
import { checkHunts } from '../pipeline/check-hunts.ts';
import type { CheckedHunt } from '../pipeline/checked.ts';

/** The stored hunts of a site with everything they name, and everything that is wrong with them. */
export interface Stock {
  readonly definitions: Definitions;
  /** Hunts without an error, by id: those that can run. */
  readonly checked: ReadonlyMap<string, CheckedHunt>;
  /** Of all files, in reading order. */
  readonly problems: readonly Problem[];
}

/** Reads a site's definitions and checks its hunts. Never rejects because of what the files hold. */
export async function loadStock(site: SiteConfig, now: Instant): Promise<Stock> {
  return stockOf(await loadDefinitions(site, { now }), now);
}

export function stockOf(definitions: Definitions, now: Instant): Stock {
  const { hunts, sources, lists } = definitions;
  const { hunts: checked, problems } = checkHunts(hunts, { sources, lists, now });
  return {
    definitions,
    checked: new Map(checked.map((each) => [each.hunt.id, each])),
    problems: sortProblems([...definitions.problems, ...problems]),
  };
}
