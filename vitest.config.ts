import { availableParallelism } from 'node:os';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const conditions = ['@linchpin/source'];

/** Projects are tiers by cost: no session or process, small ones, results of the reference implementations. */
const config: ViteUserConfig = defineConfig({
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // onnxruntime's native sessions do not survive worker threads being torn down.
    pool: 'forks',
    // Files take turns on every core; one worker less would leave half of two cores idle.
    maxWorkers: Math.max(1, availableParallelism()),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // No module holds state, so files may share a process: what they import is loaded once and not for each of them.
          isolate: false,
          include: ['{packages,apps}/*/{src,template/src}/**/*.test.ts', 'datasets/src/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: [
            '{packages,apps}/*/test/**/*.test.ts',
            'datasets/test/**/*.test.ts',
            'tests/integration/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          // What is installed is not searched: it has more folders than all the rest.
          exclude: ['**/node_modules/**', '**/*.reference.test.ts', '**/*.nightly.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          // What costs more than the other tiers can: run by hand, `vitest run --project=nightly`, or by LINCHPIN_FULL=1.
          name: 'nightly',
          include: [
            '{packages,apps}/*/test/**/*.nightly.test.ts',
            'datasets/test/**/*.nightly.test.ts',
            'tests/integration/**/*.nightly.test.ts',
            'scripts/**/*.nightly.test.ts',
          ],
          testTimeout: 600_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'reference',
          include: [
            '{packages,apps}/*/test/**/*.reference.test.ts',
            'datasets/test/**/*.reference.test.ts',
            'tests/integration/**/*.reference.test.ts',
          ],
          testTimeout: 600_000,
        },
      },
    ],
  },
});

export default config;
