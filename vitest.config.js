import { defineConfig } from 'vitest/config';

/** Tiers that own the machine while they run: one file after another. */
const alone = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 };

const tiers = {
  cli: { include: ['test/cli/**/*.test.ts'], testTimeout: 60_000 },
  testbed: { include: ['test/testbed/**/*.test.ts'], ...alone },
  uml: { include: ['test/uml/**/*.test.ts'], ...alone },
  browser: { include: ['test/browser/**/*.test.ts'], testTimeout: 60_000 },
};

const everyOtherTier = Object.values(tiers).flatMap(({ include }) => include);

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: everyOtherTier } },
      ...Object.entries(tiers).map(([name, settings]) => ({ test: { name, ...settings } })),
    ],
  },
});
