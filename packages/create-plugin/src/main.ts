#!/usr/bin/env node
import process from 'node:process';
import { runCommand } from './command.ts';

const { exitCode, stdout, stderr } = runCommand(process.argv.slice(2), process.cwd());
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = exitCode;
