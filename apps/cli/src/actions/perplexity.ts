/** The perplexity of a corpus on a model under a chain of interventions. */
import { requireCorpus } from '@linchpin/harness';
import { corpusTable, requireWritable, writeFileAtomically } from '@linchpin/report';
import type { PerplexityFlags } from '../commands/perplexity.ts';
import type { Invocation } from '../invocation.ts';
import { openOptions, requireUsed } from '../options.ts';
import { printResults } from '../print-results.ts';
import { referenceOf } from '../reference.ts';
import { withHarness } from '../with-harness.ts';

export async function measurePerplexity(flags: PerplexityFlags, invocation: Invocation): Promise<void> {
  await requireWritable(flags.csv);
  await requireWritable(flags.saveCalibration);
  flags.corpus.forEach(requireCorpus);
  const { perDocument } = flags;
  const file = typeof perDocument === 'string' ? perDocument : undefined;
  await requireWritable(file);
  await withHarness(flags, invocation, async (harness) => {
    const { corpus, window, windows, windowBos, stride } = flags;
    const model = await harness.open(flags.model, openOptions(flags));
    const chain = await harness.chain(model, flags.intervention ?? []);
    const reference = await referenceOf(flags.reference, { ...invocation, model, harness });
    requireUsed([chain, ...(reference === undefined ? [] : [reference])], flags);
    const documents: string[] = [];
    const asked = { corpus, window, windows, windowBos, stride, perDocument: perDocument !== undefined };
    const onDocument = (score: object, origin: object): void =>
      void documents.push(`${JSON.stringify({ ...origin, ...score })}\n`);
    const outcome = await harness.perplexity(model, { ...asked, interventions: chain, reference, onDocument });
    if (invocation.division !== undefined) return;
    if (file !== undefined) await writeFileAtomically(file, documents.join(''));
    await printResults({ ...outcome, table: corpusTable(outcome.rows) }, flags);
  });
}
