import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    globalSetup: ['test/support/shared-services.ts'],
    // Most of their time the end-to-end tests wait; vitest's own default on two cores is one worker.
    maxWorkers: 3,
    // Load tests and broker suites start real processes on two cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: process.env.MCSIM_TEST_RESULT
      ? ['default', ['json', { outputFile: process.env.MCSIM_TEST_RESULT }]]
      : ['default'],
  },
})
