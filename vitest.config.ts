import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/live/**'], env: { TZ: 'UTC' } },
      },
      {
        test: {
          name: 'live',
          include: ['test/live/**/*.test.ts'],
          globalSetup: ['test/rig/live-setup.ts'],
          env: { TZ: 'UTC' },
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
