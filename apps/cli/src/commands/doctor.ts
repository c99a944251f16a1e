/** `linchpin doctor`: what this installation is, and whether it is sound. */
import type { Command } from 'commander';
import { datasetsOption, defaultStore, threadsOption } from '../flags.ts';

export interface DoctorFlags {
  readonly json?: true;
  readonly datasets?: string;
  readonly store: string | false;
  readonly threads?: number;
}

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('Print versions, processor, caches and disk space, and check the data sets and the store.')
    .addOption(datasetsOption('those when absent'))
    .addOption(threadsOption())
    .option('--store <DIR>', 'folder of the store that is looked at', defaultStore)
    .option('--json', 'print the findings as JSON')
    .action(async (flags: DoctorFlags) => (await import('../actions/doctor.ts')).examine(flags));
}
