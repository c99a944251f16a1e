import { availableParallelism } from 'node:os';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const conditions = ['@linchpin/source'];

/** What is installed is not searched, for it has more folders than all the rest; and tiers that cost more. */
const costlier = ['**/node_modules/**', '**/*.reference.test.ts', '**/*.nightly.test.ts'];

/** Tests that need a process of their own. */
const ofAProcess = ['apps/cli/test/**/*.test.ts', 'packages/*/test/**/*.mocked.test.ts'];

/** Projects are tiers by cost: no session or process, small ones, results of the reference implementations. */
const config: ViteUserConfig = defineConfig({
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // onnxruntime's native sessions do not survive worker threads being torn down.
    pool: 'forks',
    // Files take turns on every core; one worker less would leave half of two cores idle.
    maxWorkers: Math.max(1, availableParallelism()),
    // A worker takes one core: threads of several sessions that share cores spend a third of them on waiting.
    env: { OMP_NUM_THREADS: '1' },
    // No module holds state, so files may share a process: what they import is loaded once and not for each of them.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
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
          exclude: [...costlier, ...ofAProcess],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          // The rest of that tier: what sets variables of the environment or the folder, as commands are run, or replaces modules.
          name: 'integration-isolated',
          isolate: true,
          include: ofAProcess,
          exclude: costlier,
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          // What costs more than the other tiers can: run by hand, `vitest run --project=nightly`, or by LINCHPIN_FULL=1.
          name: 'nightly',
          // Some measure the memory of their process.
          isolate: true,
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
