/** `npm run -s bench -- …`: what scoring costs, as ratios of one run. */
import process from 'node:process';
import { parseFlags } from './bench-flags.ts';
import { runBench } from './run-bench.ts';

process.exitCode = await runBench(parseFlags());
