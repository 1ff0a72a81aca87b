import { type Exception, isActive } from '../../core/exception.ts';
import type { Hunt } from '../../core/hunt.ts';
import { placeAt } from '../../core/place.ts';
import type { Problem } from '../../core/problem.ts';
import type { Instant } from '../../core/time.ts';
import type { Expr } from '../../query/ast.ts';
import { parseExpression } from '../../query/parse.ts';
import type { CheckedException } from '../checked.ts';
import { checkEventCondition } from './declarative.ts';
import { checkOnRows } from './on-rows.ts';
import { protectedByNameAlone } from './protected.ts';
import type { Report } from './report.ts';
import type { ResultColumns } from './result-columns.ts';
import type { NeededSources } from './needed-sources.ts';

type Judged = CheckedException & { readonly fields: ReadonlySet<string> };

/**
 * The exceptions of a hunt, its own and the site's. In a declarative hunt `when` is about events, in an esql hunt about
 * result columns (null: not known, the query has faults of its own). Each must bind more than a protected program's name.
 */
export function checkExceptions(
  hunt: Hunt,
  sources: NeededSources,
  columns: ResultColumns | null,
  now: Instant,
  report: Report,
): Judged[] {
  return hunt.exceptions.flatMap((exception) => {
    const place = placeAt(exception.when, 0);
    if (!isActive(exception, now)) report.problems.push({ ...expired(exception), place });
    const read =
      hunt.body.type === 'esql' ? onRows(exception, hunt, columns, report) : onEvents(exception, hunt, sources, report);
    if (read === null) return [];
    const program = protectedByNameAlone(read.when, hunt.params);
    if (program !== null) report.problems.push({ ...hidesProgram(exception, program), place });
    return [{ exception, ...read }];
  });
}

type Read = { readonly when: Expr; readonly fields: ReadonlySet<string> };

function onEvents(exception: Exception, hunt: Hunt, sources: NeededSources, report: Report): Read | null {
  // A field that only some sources have is null in the others, and unknown never hides: no warning.
  const read = checkEventCondition(exception.when, hunt, sources, report, { absenceAllowed: true });
  return read === null ? null : { when: read.condition, fields: read.fields };
}

function onRows(exception: Exception, hunt: Hunt, columns: ResultColumns | null, report: Report): Read | null {
  const parsed = parseExpression(exception.when.text);
  if (!parsed.ok) {
    report.faults(exception.when, parsed.faults);
    return null;
  }
  if (columns !== null) checkOnRows(parsed.value, exception.when, columns, hunt, false, report);
  return { when: parsed.value, fields: new Set() };
}

function expired({ id, until, owner }: Exception): Omit<Problem, 'place'> {
  const message = `Exception "${id}" expired after ${until} and hides nothing`;
  return { rule: 'exception-expired', severity: 'warning', message, hint: `Renew it or remove it: ${owner} owns it` };
}

function hidesProgram({ id }: Exception, program: string): Omit<Problem, 'place'> {
  const hint = 'Bind it to a path outside temporary folders, a signature, a destination or a user as well';
  return {
    rule: 'exception-protected-program',
    severity: 'error',
    message: `Exception "${id}" would hide ${program} by name alone`,
    hint,
  };
}
