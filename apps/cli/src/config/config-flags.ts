/** Flags that every command takes. */
import type { Command } from 'commander';
import { collect } from '../flags.ts';

/** Adds the flags of ProgramFlags. */
export function addConfigFlags(program: Command): Command {
  return program
    .option(
      '--config <FILE>',
      'settings, which flags win over; linchpin.config.ts of the working folder when there and absent',
    )
    .option(
      '--plugin <NAME|PATH>',
      'a package or file whose default export is an intervention; may be given several times',
      collect,
    )
    .configureHelp({ showGlobalOptions: true });
}
