/**
 * Serves a playground on this machine:
 *
 *     npm run playground -- [--model <DIR|ID>] [--port <N>]
 *     npm run playground:page
 *
 * The second builds the page alone, which `linchpin playground` then writes beside a model.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { openHarness } from '@linchpin/harness';
import { buildPlayground } from '@linchpin/playground';
import { buildPage } from './serve/build-page.ts';
import { serveFolder } from './serve/static-server.ts';

await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { model: { type: 'string' }, port: { type: 'string', default: '4173' }, page: { type: 'boolean' } },
  });
  await buildPage();
  if (values.page === true) return;
  const folder = mkdtempSync(join(tmpdir(), 'linchpin-playground-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await using harness = await openHarness();
  await buildPlayground(await harness.open(values.model), { out: join(folder, 'page') });
  const { address } = await serveFolder(join(folder, 'page'), { port: Number(values.port) });
  console.log(`${address} (Ctrl-C ends it)`);
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
  process.exit();
}
