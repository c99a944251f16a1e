/** A census of models, as files and in words. */
import { stdout } from 'node:process';
import { census } from '@linchpin/paper-census';
import { jsonText } from '@linchpin/report';
import type { CensusFlags } from '../commands/census.ts';
import type { Invocation } from '../invocation.ts';
import { withHarness } from '../with-harness.ts';

export async function writeCensus(flags: CensusFlags, invocation: Invocation): Promise<void> {
  const { model: models, corpus, windows, window, windowBos, limit, allAbove } = flags;
  const { controls, seed, factors, pairs, out, csv, json } = flags;
  const searched = { models, corpus, windows, window, windowBos, limit, allAbove };
  await withHarness(flags, invocation, async (harness) => {
    const saved = await harness.run(census, { ...searched, controls, seed, factors, pairs }, { out, csv });
    stdout.write(json === true ? jsonText(saved.json) : saved.words);
  });
}
