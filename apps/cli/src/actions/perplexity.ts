/** The perplexity of a corpus on a model under a chain of interventions. */
import { existsSync } from 'node:fs';
import { miniFolder } from '@linchpin/datasets';
import { nearestNames } from '@linchpin/errors';
import type { ResultRow } from '@linchpin/plugin-api';
import type { Table } from '@linchpin/report';
import { dataInWords, modelInWords } from '../caption.ts';
import type { PerplexityFlags } from '../commands/perplexity.ts';
import { corpora, type Corpus, type CorpusName, type CorpusOptions, fileCorpus } from '../corpora.ts';
import { unknownCorpus } from '../errors.ts';
import { createChain } from '../interventions.ts';
import { openModel, type OpenedModel } from '../open-model.ts';
import { printResults } from '../print.ts';
import { createProgress } from '../progress.ts';
import { recordOf } from '../recording/command-record.ts';
import { runCorpus } from '../run-corpus.ts';
import { runFacts } from '../run-facts.ts';
import { withVariant } from '../variant.ts';
import { requireWritable } from '../writable.ts';

export async function measurePerplexity(flags: PerplexityFlags, signal: AbortSignal): Promise<void> {
  await requireWritable(flags.csv);
  await requireWritable(flags.saveCalibration);
  requireCorpus(flags.corpus);
  const opened = await openModel(flags, signal);
  const chain = await createChain(flags, opened.facts);
  const corpus = await openCorpus(opened, flags);
  const settings = {
    windows: flags.windows,
    facts: await runFacts(opened),
    progress: createProgress(flags, { parts: 1, signal }),
    record: await recordOf(flags),
    tokenizer: opened.tokenizer,
  };
  const { row, notes } = await withVariant(opened, chain, {
    flags,
    signal,
    async work(variant) {
      const outcome = await runCorpus(variant, corpus, settings);
      const data = isCorpusName(flags.corpus) ? dataInWords(flags, undefined) : `on ${flags.corpus}`;
      const { note } = opened.calibration;
      const model = `Model ${modelInWords(opened, variant)} ${data}.`;
      return { ...outcome, notes: [model, ...outcome.notes, ...(note === undefined ? [] : [note])] };
    },
  });
  await printResults({ rows: [row], notes, table: corpusTable(row) }, flags);
}

function isCorpusName(name: string): name is CorpusName {
  return Object.hasOwn(corpora, name);
}

function requireCorpus(corpus: string): void {
  const known = Object.keys(corpora);
  if (!isCorpusName(corpus) && !existsSync(corpus)) throw unknownCorpus(corpus, nearestNames(corpus, known), known);
}

async function openCorpus(opened: OpenedModel, flags: PerplexityFlags): Promise<Corpus> {
  const { corpus, datasets, window, windowBos } = flags;
  const options: CorpusOptions = { folder: datasets ?? miniFolder, window, bos: windowBos };
  return isCorpusName(corpus) ? await corpora[corpus](opened, options) : await fileCorpus(opened, corpus, options);
}

function corpusTable(row: ResultRow): Table {
  const decimals = 4;
  const value = { header: 'Perplexity', decimals };
  return {
    columns: [
      'Corpus',
      'Version',
      value,
      '±',
      { header: 'Stderr', decimals },
      'Windows',
      'Window',
      'BOS',
      'Predictions',
    ],
    rows: [
      [
        row.task,
        row.taskVersion,
        row.value,
        '±',
        row.standardError ?? 'N/A',
        row.windows,
        row.window,
        row.bos,
        row.items,
      ],
    ],
  };
}
