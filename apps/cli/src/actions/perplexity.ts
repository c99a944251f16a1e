/** The perplexity of a corpus on a model under a chain of interventions. */
import { requireCorpus } from '@linchpin/harness';
import { corpusTable, requireWritable } from '@linchpin/report';
import type { PerplexityFlags } from '../commands/perplexity.ts';
import type { Invocation } from '../invocation.ts';
import { openOptions, requireUsed } from '../options.ts';
import { printResults } from '../print-results.ts';
import { withHarness } from '../with-harness.ts';

export async function measurePerplexity(flags: PerplexityFlags, invocation: Invocation): Promise<void> {
  await requireWritable(flags.csv);
  await requireWritable(flags.saveCalibration);
  requireCorpus(flags.corpus);
  await withHarness(flags, invocation, async (harness) => {
    const { corpus, window, windows, windowBos } = flags;
    const model = await harness.open(flags.model, openOptions(flags));
    const chain = await harness.chain(model, flags.intervention ?? []);
    requireUsed(chain, flags);
    const outcome = await harness.perplexity(model, { corpus, window, windows, windowBos, interventions: chain });
    if (invocation.division !== undefined) return;
    await printResults({ ...outcome, table: corpusTable(outcome.rows) }, flags);
  });
}
