/** Builds the page with Vite, as vite.config.ts says. */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const config = fileURLToPath(new URL('../../vite.config.ts', import.meta.url));

/** Into the package that hands the page out, or into another folder. */
export async function buildPage(out?: string): Promise<void> {
  // What packages have for Node is left out of the page, and would be named file by file.
  await build({ configFile: config, logLevel: 'error', ...(out === undefined ? {} : { build: { outDir: out } }) });
}
