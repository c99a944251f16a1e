/**
 * Table 2 of "The Super Weight in Large Language Models" (arXiv 2411.07191): the coordinates of super weights. Ours is
 * searched for in every model that is given, and says beside each weight what happens without it and whether the paper,
 * or a model's own card, names it.
 */
import { searchPrompt } from '@linchpin/defaults';
import type { ExperimentResult, OpenedModel } from '@linchpin/harness';
import { resultInWords } from '@linchpin/report';
import { openChosen, recordedSettings } from '../paper-options.ts';
import { agreementInWords, directoryColumns, directoryModel, directoryTable, type SearchedEntry } from './directory.ts';
import { listOf } from './metrics-table.ts';
import type { PaperTable } from './paper-table.ts';

const number = 2;
const title = 'Super weight directory';

const caption = [
  `One forward pass of "${searchPrompt}" a round; effects are nats per token of a text without the weight, and with the`,
  'same change of random others.',
].join(' ');

export const table2: PaperTable = {
  name: `table-${number}`,
  number,
  title,
  columns: directoryColumns.map((header) => ({ header })),
  takes: [],
  async plan(harness, options) {
    const models: OpenedModel[] = [];
    for (const model of listOf(options.model)) models.push(await openChosen(harness, model, options));
    return {
      async run() {
        const entries: SearchedEntry[] = [];
        for (const opened of models) {
          const finding = await harness.find(opened);
          entries.push({ opened, finding, modelSha256: await opened.checkpoint.contentHash() });
        }
        return resultOf(entries, recordedSettings(harness, options));
      },
    };
  },
};

function resultOf(entries: readonly SearchedEntry[], settings: ReturnType<typeof recordedSettings>): ExperimentResult {
  const table = directoryTable(entries);
  const models = entries.map(directoryModel);
  const sentences = entries.map(agreementInWords);
  return {
    table,
    numbers: [],
    artifact: {
      kind: 'directory',
      number,
      title,
      model: models.map(({ model }) => model).join(', '),
      settings,
      notes: [],
      caption,
      shows: sentences.join(' '),
      models,
    },
    json: { models },
    inWords: (files) =>
      resultInWords({
        table,
        remarks: [caption],
        shows: sentences,
        files: { Table: files.table, 'For reports': files.artifact },
      }),
  };
}
