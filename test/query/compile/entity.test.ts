import { describe, expect, it } from 'vitest';
import type { PrevalenceBody } from '../../../src/core/hunt.ts';
import { acrossField } from '../../../src/query/compile/entity.ts';
import { printExpr } from '../../../src/query/syntax/print-expression.ts';

function counted(across: string): string {
  const body: PrevalenceBody = {
    type: 'prevalence',
    of: ['process.name'],
    across,
    atMost: 1,
    minPopulation: 1,
    where: null,
    collect: {},
  };
  return printExpr(acrossField(body).expr);
}

describe('what a population is counted by', () => {
  it.each([
    ['a host, whose sources name it in two ways', 'host.name', 'MV_FIRST(SPLIT(TO_LOWER(host.name), "."))'],
    ['a name in which a dot is a part', 'user.name', 'TO_LOWER(user.name)'],
    ['an address, where no host is named', 'source.ip', 'TO_STRING(source.ip)'],
    ['a number', 'destination.port', 'TO_STRING(destination.port)'],
  ])('%s', (_, across, expr) => expect(counted(across)).toBe(expr));
});
