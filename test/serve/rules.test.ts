import { readFileSync } from 'node:fs';
import { Registry } from 'prom-client';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { instrumentsOf } from '../../src/serve/instruments.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { groups } = parse(text('ops/prometheus-rules.yml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap(({ rules }) => rules);
const guide = text('docs/operating.md');

/** What the program serves; a histogram under each of its series. */
async function served(): Promise<string[]> {
  const registry = new Registry();
  instrumentsOf(registry);
  const metrics = await registry.getMetricsAsJSON();
  return metrics.flatMap(({ name }) => [name, `${name}_bucket`, `${name}_sum`, `${name}_count`]);
}

describe('rules for Prometheus', () => {
  it.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s asks for metrics that are served',
    async (_name, rule) => {
      const asked = rule.expr.match(/tracehound_\w+/g) ?? [];
      expect(asked.length + (rule.expr.match(/\bup\{/g)?.length ?? 0)).toBeGreaterThan(0);
      expect(await served()).toEqual(expect.arrayContaining(asked));
    },
  );

  it.each(rules.map((rule) => [rule.alert, rule] as const))('%s says what to do', (_name, rule) => {
    expect(['warning', 'critical']).toContain(rule.labels.severity);
    expect(rule.annotations.runbook.trim().length).toBeGreaterThan(40);
  });

  it('and every metric stand in the guide', async () => {
    const registry = new Registry();
    instrumentsOf(registry);
    const names = (await registry.getMetricsAsJSON()).map(({ name }) => name);
    for (const name of [...names, ...rules.map(({ alert }) => alert)]) expect(guide).toContain(`\`${name}\``);
  });
});
