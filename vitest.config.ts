import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What runs longest begins first, so that no worker is left with it at the end. */
class EndToEndFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) =>
      /(matrix|faults|readme)\.test\.ts$/.test(moduleId) ? 0 : moduleId.includes('/e2e/') ? 1 : 2
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    globalSetup: ['test/support/shared-services.ts'],
    // Most of their time the end-to-end tests wait; vitest's own default on two cores is one worker.
    maxWorkers: 3,
    // Load tests and broker suites start real processes on two cores.
    sequence: { sequencer: EndToEndFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: process.env.MCSIM_TEST_RESULT
      ? ['default', ['json', { outputFile: process.env.MCSIM_TEST_RESULT }]]
      : ['default'],
  },
})
