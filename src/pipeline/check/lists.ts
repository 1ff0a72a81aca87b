import { parseCidr, splitPlain, minimalBlocks } from '../../core/cidr.ts';
import type { CidrExclusion, Hunt } from '../../core/hunt.ts';
import type { CidrList } from '../../core/value-list.ts';
import { ecsField } from '../../query/ecs.ts';
import { suggestion } from '../../core/suggest.ts';
import { judgeField } from './fields.ts';
import { providerNetworks } from './provider-network.ts';
import type { Report } from './report.ts';
import type { NeededSources } from './needed-sources.ts';

/** What one request filter takes on a node with a 1 GB heap; 16,384 blocks and 65,536 addresses fail (elastic.md B.5). */
const BLOCKS_MAX = 10_000;
const ADDRESSES_MAX = 50_000;

/** The lists a hunt excludes, by name; each must exist, and one that acts before counting must fit a request. */
export function checkLists(
  hunt: Hunt,
  known: ReadonlyMap<string, CidrList>,
  sources: NeededSources,
  report: Report,
): ReadonlyMap<string, CidrList> {
  const used = new Map<string, CidrList>();
  hunt.excludeCidrs.forEach((exclusion, index) => {
    checkField(exclusion, sources, `exclude_cidrs.${index}`, report);
    exclusion.lists.forEach((name, at) => {
      const path = `exclude_cidrs.${index}.lists.${at}`;
      const list = known.get(name);
      if (list === undefined)
        report.error(path, 'unknown-list', `There is no list "${name}"`, suggestion(name, [...known.keys()]));
      else used.set(name, list);
      if (list !== undefined) report.problems.push(...providerNetworks(list));
      if (list !== undefined && exclusion.stage === 'before') checkSize(list, path, report);
    });
  });
  return used;
}

/** On several values `must_not` would hide an event of which any value is listed. */
function checkField({ field, stage }: CidrExclusion, sources: NeededSources, path: string, report: Report): void {
  const absence = stage === 'before' ? judgeField(field, sources) : null;
  if (absence?.severity === 'error') report.error(`${path}.field`, absence.rule, absence.message, absence.hint);
  const facts = ecsField(field);
  if (facts !== undefined && facts.type !== 'ip') {
    report.error(
      `${path}.field`,
      'exclude-no-address',
      `The field "${field}" holds no addresses`,
      'Name an ip field, for instance destination.ip',
    );
  } else if (stage === 'before' && facts?.array === true) {
    const hint = 'Use "stage: after", which judges each value';
    report.error(
      `${path}.field`,
      'before-on-array',
      `The field "${field}" holds an array in ECS, so an event would go when any of its values is listed`,
      hint,
    );
  }
}

function checkSize(list: CidrList, path: string, report: Report): void {
  const blocks = list.entries.flatMap((entry) => parseCidr(entry.cidr) ?? []);
  const split = splitPlain(minimalBlocks(blocks));
  if (split.blocks.length <= BLOCKS_MAX && split.addresses.length <= ADDRESSES_MAX) return;
  const size = `${split.blocks.length} blocks and ${split.addresses.length} addresses`;
  const message = `List "${list.name}" has ${size}; before counting at most ${BLOCKS_MAX} and ${ADDRESSES_MAX} can be excluded`;
  report.error(path, 'list-too-long', message, 'Use "stage: after", or a shorter list');
}
