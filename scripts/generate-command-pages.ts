/**
 * Writes the pages of the commands from the flags of the program:
 *
 *     node -C @linchpin/source scripts/generate-command-pages.ts
 *
 * The step `docs` of the checks finds pages that are stale.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProgram } from '../apps/cli/src/program.ts';
import { commandPages } from './docs/command-pages.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

for (const [path, text] of commandPages(createProgram())) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
