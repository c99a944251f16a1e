#!/usr/bin/env node
/** Entry of the command. Everything is imported after the cache is on: compiled modules are kept between runs. */
import { enableCompileCache } from 'node:module';
import process from 'node:process';

enableCompileCache();
const { runCommand } = await import('./run-command.ts');

// A reader that goes away, as `head` does, is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
process.exitCode = await runCommand(process.argv.slice(2));
