/** Super weights times a range of factors, all with one opening of the model. */
import { stdout } from 'node:process';
import { parseFactors, sweep as sweepFactors } from '@linchpin/paper-super-weight';
import { jsonText } from '@linchpin/report';
import type { SweepFlags } from '../commands/sweep.ts';
import type { Invocation } from '../invocation.ts';
import { given, openOptions } from '../options.ts';
import { withHarness } from '../with-harness.ts';

export async function sweep(flags: SweepFlags, invocation: Invocation): Promise<void> {
  const { model, bos, windowBos, limit, windows, out, csv, json } = flags;
  const factors = flags.factors === undefined ? undefined : parseFactors(flags.factors);
  const options = { ...openOptions(flags), ...given({ model, bos, windowBos, limit, windows, factors }) };
  await withHarness(flags, invocation, async (harness) => {
    const saved = await harness.run(sweepFactors, options, { out, csv });
    stdout.write(json === true ? jsonText(saved.json) : saved.words);
  });
}
