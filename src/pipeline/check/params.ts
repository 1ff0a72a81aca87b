import type { Hunt } from '../../core/hunt.ts';
import type { Report } from './report.ts';

/** A parameter that nothing names does nothing, whoever changes it. */
export function checkParams(hunt: Hunt, report: Report): void {
  const texts = textsOf(hunt);
  for (const name of Object.keys(hunt.params)) {
    const mentioned = texts.some((text) => new RegExp(`\\?${name}(?![A-Za-z0-9_])`).test(text));
    if (mentioned || thresholds(hunt).includes(name)) continue;
    report.warning(
      `params.${name}`,
      'unused-param',
      `Parameter "${name}" is named nowhere`,
      'Remove it, or name it as ?' + name,
    );
  }
}

function textsOf({ body, exceptions, keep, enrichments }: Hunt): string[] {
  const own = body.type === 'esql' ? body.query.text : (body.where?.text ?? '');
  const asked = enrichments.flatMap(({ query, unless }) => [query.text, unless?.text ?? '']);
  return [own, keep?.text ?? '', ...asked, ...exceptions.map((exception) => exception.when.text)];
}

function thresholds({ body }: Hunt): string[] {
  if (body.type === 'esql') return [];
  const values = body.type === 'prevalence' ? [body.atMost, body.minPopulation] : [body.minHistory ?? 0];
  return values.flatMap((value) => (typeof value === 'number' ? [] : [value.param]));
}
