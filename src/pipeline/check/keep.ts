import type { Hunt } from '../../core/hunt.ts';
import { keepFamilies } from '../../findings/keep.ts';
import type { Expr } from '../../query/syntax/ast.ts';
import { parseExpression } from '../../query/syntax/parse.ts';
import { columnsOf } from '../../query/syntax/walk.ts';
import { checkOnRows } from './on-rows.ts';
import type { Report } from './report.ts';
import type { ResultColumns } from './result-columns.ts';

/** The hunt's `keep`, parsed; it may judge the values of one collected column, not pairs of two. */
export function checkKeep(hunt: Hunt, columns: ResultColumns, report: Report): Expr | null {
  if (hunt.keep === null) return null;
  const parsed = parseExpression(hunt.keep.text);
  if (!parsed.ok) {
    report.faults(hunt.keep, parsed.faults);
    return null;
  }
  const several = [...columns].filter(([, column]) => column.several === 'several').map(([name]) => name);
  const geoOwn = new Set(hunt.geoip);
  const families = keepFamilies(
    columnsOf(parsed.value),
    hunt.geoip,
    several.filter((name) => geoOwn.has(name) || !isGeo(name, hunt)),
  );
  if (families.length > 1) {
    const message = `"keep" reads ${families.join(' and ')}, of which each holds several values that do not belong together`;
    report.error('keep', 'keep-several-columns', message, 'Write a condition on one of them');
  }
  checkOnRows(parsed.value, hunt.keep, columns, hunt, families.length > 0, report);
  return parsed.value;
}

/** Whether a column comes from the address of another by GeoIP. */
function isGeo(name: string, { geoip }: Pick<Hunt, 'geoip'>): boolean {
  return geoip.some((field) => {
    const parent = field.slice(0, field.lastIndexOf('.'));
    return name.startsWith(`${parent}.geo.`) || name.startsWith(`${parent}.as.`);
  });
}
