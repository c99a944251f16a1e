import { defineConfig } from 'vitest/config';

const conditions = ['@linchpin/source'];

export default defineConfig({
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // onnxruntime's native sessions do not survive worker threads being torn down.
    pool: 'forks',
    projects: [
      { extends: true, test: { name: 'unit', include: ['{packages,apps}/*/src/**/*.test.ts', 'datasets/src/**/*.test.ts'] } },
      { extends: true, test: { name: 'integration', include: ['{packages,apps}/*/test/**/*.test.ts'], exclude: ['**/*.reference.test.ts'], testTimeout: 60_000 } },
      { extends: true, test: { name: 'reference', include: ['{packages,apps}/*/test/**/*.reference.test.ts', 'datasets/test/**/*.reference.test.ts'], testTimeout: 600_000 } },
    ],
  },
});
