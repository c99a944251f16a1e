/** Builds the page into the package that hands it out, with the engine's files beside it. */
import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from 'vite';

const config: UserConfig = defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // The page lies in any folder of any host.
  base: './',
  resolve: { conditions: ['@linchpin/source', 'onnxruntime-web-use-extern-wasm', 'module', 'browser'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  build: {
    outDir: '../../packages/playground/page',
    emptyOutDir: true,
    target: 'es2024',
    // Files beside the page, so that a policy may forbid everything else.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    // Of what is bundled.
    license: { fileName: 'licenses.md' },
  },
});

export default config;
