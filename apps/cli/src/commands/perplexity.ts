/** `linchpin perplexity`: a corpus in windows, by the papers' protocols. */
import { existsSync } from 'node:fs';
import { miniFolder } from '@linchpin/datasets';
import type { WindowBos } from '@linchpin/perplexity';
import { type Command, Option } from 'commander';
import { c4Corpus, type CorpusOptions, fileCorpus, wikitextCorpus } from '../corpora.ts';
import { unknownCorpus } from '../errors.ts';
import { addModelFlags, collect, type ModelFlags, wholeNumber } from '../flags.ts';
import { interruptible } from '../interrupt.ts';
import { createIntervention } from '../interventions.ts';
import { openModel, type OpenedModel } from '../open-model.ts';
import { printResults, remark, requireWritable } from '../output.ts';
import { createProgress } from '../progress.ts';
import { type Corpus, runCorpus } from '../run-corpus.ts';
import { runFacts } from '../run-facts.ts';
import { withVariant } from '../variant.ts';

interface PerplexityFlags extends Omit<ModelFlags, 'bos'> {
  readonly corpus: string;
  readonly intervention?: string[];
  readonly window?: number;
  readonly windows?: number;
  readonly windowBos?: WindowBos;
  readonly csv?: string;
}

export function addPerplexityCommand(program: Command): void {
  const command = program.command('perplexity').description('Perplexity of WikiText-2, C4 or a file.');
  addModelFlags(command)
    .requiredOption('--corpus <NAME|FILE>', 'wikitext2, c4, or a text or JSONL file')
    .option('--intervention <NAME[:JSON]>', 'an intervention; may be given several times, the order is kept', collect)
    .option('--window <N>', "tokens of a window; 2048, the model's context, or what its card says when absent", wholeNumber(2))
    .option('--windows <N>', 'only the first N windows', wholeNumber(1))
    .addOption(new Option('--window-bos <RULE>', "where a BOS stands; `first`, the papers' protocol, or what the model's card says when absent").choices(['first', 'every-window', 'never']))
    .option('--csv <FILE>', 'write the number with its provenance to a CSV file')
    .action(async (flags: PerplexityFlags) => interruptible((signal) => perplexity(flags, signal)));
}

async function perplexity(flags: PerplexityFlags, signal: AbortSignal): Promise<void> {
  await requireWritable(flags.csv);
  const opened = await openModel(flags);
  const corpus = await openCorpus(opened, flags);
  const interventions = [];
  for (const specification of flags.intervention ?? []) interventions.push(await createIntervention(specification, opened.facts));
  const chain = { label: interventions.map(({ name }) => name).join(' + ') || 'Original', interventions };
  const progress = createProgress(flags.quiet === true);
  try {
    const facts = await runFacts(opened);
    const { result, row } = await withVariant(opened, chain, {
      flags,
      work: (variant) => runCorpus(variant, corpus, { ...(flags.windows === undefined ? {} : { limit: flags.windows }), facts, progress, signal }),
    });
    progress.end();
    const cut = result.window < result.requestedWindow ? ` (asked for ${result.requestedWindow}, the model takes no more)` : '';
    remark(`${result.windows.length} windows of ${result.window} tokens${cut}, BOS ${result.bos}, ${chain.label}`, flags);
    await printResults([row], flags);
  } finally {
    progress.end();
  }
}

async function openCorpus(opened: OpenedModel, flags: PerplexityFlags): Promise<Corpus> {
  const options: CorpusOptions = {
    datasets: flags.datasets ?? miniFolder,
    ...(flags.window === undefined ? {} : { window: flags.window }),
    ...(flags.windowBos === undefined ? {} : { bos: flags.windowBos }),
  };
  if (flags.corpus === 'wikitext2') return await wikitextCorpus(opened, options);
  if (flags.corpus === 'c4') return await c4Corpus(opened, options);
  if (!existsSync(flags.corpus)) throw unknownCorpus(flags.corpus);
  return await fileCorpus(opened, flags.corpus, options);
}
