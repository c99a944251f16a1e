/** The perplexity of corpora on a model under a chain of interventions. */
import { modelInWords } from '@linchpin/execution';
import type { DocumentScore, WindowBos } from '@linchpin/perplexity';
import type { ResultRow } from '@linchpin/plugin-api';
import { requireChoice, requireCount, requireList } from './check-options.ts';
import { dataInWords, dataOf } from './data-source.ts';
import {
  chainOf,
  type ChainOptions,
  comparedWith,
  type Outcome,
  referenceOf,
  type ReferenceOptions,
} from './evaluate.ts';
import type { HarnessParts } from './harness-parts.ts';
import { openCorpus, openDocuments, requireCorpus } from './open-corpus.ts';
import type { OpenedModel } from './open-model.ts';
import { type CorpusOutcome, type CorpusSettings, runCorpus } from './run-corpus.ts';
import { requireText, runDocuments } from './run-documents.ts';
import { runFacts } from './run-facts.ts';
import { type Variant, withCompared } from './variant.ts';

export interface PerplexityOptions extends ChainOptions, ReferenceOptions {
  /** The name of a corpus, as `wikitext2` and `c4`, or the path of a text or JSONL file; or several of either. */
  readonly corpus: string | readonly string[];
  /** Tokens from the beginning of a window to that of the next, at most a window's: tokens are predicted once, and see more. */
  readonly stride?: number | undefined;
  /** Whether documents are scored by themselves, as windows that overlap are; a stride of a window when none is given. */
  readonly perDocument?: boolean | undefined;
  /** Called for every document of those once it is scored. */
  readonly onDocument?: (score: DocumentScore, origin: { readonly corpus: string }) => void;
  /** Tokens of a window, at most the model's context; what the model's card says, or 2048, when absent. */
  readonly window?: number | undefined;
  /** Only so many windows from the beginning. */
  readonly windows?: number | undefined;
  /** Where a BOS stands; what the model's card says, or the papers' protocol, when absent. */
  readonly windowBos?: WindowBos | undefined;
}

/** The perplexity of a corpus, by the papers' protocols. */
export async function measurePerplexity(
  parts: HarnessParts,
  opened: OpenedModel,
  options: PerplexityOptions,
): Promise<Outcome> {
  const { context, recording } = parts;
  const corpora = [options.corpus].flat();
  requireList('corpus', corpora, 'corpus or file');
  corpora.forEach(requireCorpus);
  requireCount('windows', options.windows);
  requireCount('stride', options.stride);
  requireChoice('windowBos', options.windowBos, ['first', 'every-window', 'never']);
  const chain = await chainOf(parts, opened, options);
  const reference = await referenceOf(parts, opened, options);
  const runs: CorpusRun[] = [];
  for (const corpus of corpora) runs.push(await planCorpus(parts, opened, { ...options, corpus }));
  const settings = {
    windows: options.windows,
    facts: await runFacts(opened),
    progress: context.reporter.begin(corpora.length),
    record: await recording.open(),
    tokenizer: opened.tokenizer,
  };
  return await withCompared(opened, chain, {
    context,
    reference,
    async work(variant) {
      const data = runs.every(({ isNamed }) => isNamed)
        ? dataInWords(parts, [opened], undefined)
        : `on ${corpora.join(', ')}`;
      const notes = new Set([`Model ${modelInWords(opened, variant)} ${data}.`]);
      const rows: ResultRow[] = [];
      for (const { run } of runs) {
        const outcome = await run(variant, settings);
        rows.push(outcome.row, ...outcome.paired);
        for (const note of outcome.notes) notes.add(note);
      }
      if (reference !== undefined) notes.add(comparedWith(reference));
      if (opened.calibration.note !== undefined) notes.add(opened.calibration.note);
      return { rows, notes: [...notes] };
    },
  });
}

interface CorpusRun {
  readonly isNamed: boolean;
  readonly run: (variant: Variant, settings: CorpusSettings) => Promise<CorpusOutcome>;
}

/** A corpus by the papers' windows, or by windows that overlap. */
async function planCorpus(
  parts: HarnessParts,
  opened: OpenedModel,
  { corpus: name, ...options }: PerplexityOptions & { readonly corpus: string },
): Promise<CorpusRun> {
  const { window, windowBos: bos, stride, perDocument, onDocument } = options;
  const data = dataOf(parts, opened);
  if (stride === undefined && perDocument !== true) {
    const corpus = await openCorpus(opened, name, { data, window, bos });
    return { isNamed: corpus.isNamed, run: (variant, settings) => runCorpus(variant, corpus, settings) };
  }
  const corpus = await openDocuments(data, name);
  const choice = { window, bos, stride, perDocument };
  requireText(corpus, choice);
  const told =
    onDocument === undefined
      ? {}
      : { onDocument: (score: DocumentScore): void => onDocument(score, { corpus: corpus.name }) };
  return {
    isNamed: corpus.isNamed,
    run: (variant, settings) => runDocuments(variant, corpus, { ...settings, opened, choice, ...told }),
  };
}
