/** Prints what this installation is; what is wrong with it ends the command with code 1. */
import { stdout } from 'node:process';
import { findingsInWords, inspectInstallation } from '@linchpin/installation';
import { jsonText } from '@linchpin/report';
import type { DoctorFlags } from '../commands/doctor.ts';
import { FailedCheck } from '../exit-codes.ts';

export async function examine(flags: DoctorFlags): Promise<void> {
  const findings = await inspectInstallation(flags);
  stdout.write(flags.json === true ? jsonText(findings) : findingsInWords(findings));
  const { problems } = findings;
  if (problems.length > 0) throw new FailedCheck(problems.map((problem) => `problem: ${problem}`).join('\n'));
  if (flags.json !== true) stdout.write('\nNothing is wrong.\n');
}
