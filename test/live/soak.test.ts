import { expect, it } from 'vitest';
import { soak } from '../campaigns/soak/soak.ts';
import { describeLive } from '../rig/live.ts';

/** The short slice of `npm run soak`, on servers of its own since it stops them. */
describeLive('a short soak', ['elasticsearch8', 'redis'], () => {
  it.each([
    ['production', { kills: 15, hours: 3, hunts: 3 }],
    ['embedded', { kills: 10, hours: 10, hunts: 3 }],
  ] as const)(
    'of the %s stack leaves every tile examined and the findings of an undisturbed run',
    async (stack, plan) => {
      const report = await soak({ stack, seed: 20_261_121, ...plan }, () => undefined);
      expect(report.kills).toBeGreaterThanOrEqual(plan.kills);
      expect(report.openAtLastFault).toBeGreaterThan(0);
      expect(report.unexpected).toEqual([]);
      expect(report.missing).toEqual([]);
      expect(report.disturbed.findings.length).toBeGreaterThan(0);
      expect(report.disturbed).toEqual(report.undisturbed);
      expect(new Set(report.exitCodes)).toEqual(new Set([0]));
    },
    600_000,
  );
});
