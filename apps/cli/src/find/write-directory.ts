/** The directory of super weights as files and as text. */
import { stdout } from 'node:process';
import { join } from 'node:path';
import { artifactToJson, renderTable, tableToCsv, writeFileAtomically } from '@linchpin/report';
import type { TableFlags } from '../commands/table.ts';
import { jsonText } from '../json-text.ts';
import { settingsOf } from '../report/settings-of.ts';
import type { DirectoryTable } from '../tables/directory-table.ts';
import { agreementInWords, directoryModel, directoryTable, type SearchedEntry } from './directory.ts';
import { defaultPrompt } from './find-flags.ts';

export interface DirectoryFiles {
  readonly table: string;
  /** Everything, for reports. */
  readonly result: string;
}

const caption = [
  `One forward pass of "${defaultPrompt}" a round; effects are nats per token of a text without the weight, and with the`,
  'same change of random others.',
].join(' ');

/** Where the files lie; `csv` is where the table goes instead. */
export function directoryFiles(number: number, { out, csv }: Pick<TableFlags, 'out' | 'csv'>): DirectoryFiles {
  return { table: csv ?? join(out, `table-${number}.csv`), result: join(out, `table-${number}.json`) };
}

/** Writes both files, and the table or its JSON on stdout. */
export async function writeDirectory(
  { number, title }: Pick<DirectoryTable, 'number' | 'title'>,
  entries: readonly SearchedEntry[],
  flags: TableFlags,
): Promise<void> {
  const files = directoryFiles(number, flags);
  const table = directoryTable(entries);
  const models = entries.map(directoryModel);
  const sentences = entries.map(agreementInWords);
  const artifact = {
    kind: 'directory' as const,
    number,
    title,
    model: models.map(({ model }) => model).join(', '),
    settings: settingsOf(flags),
    notes: [],
    caption,
    shows: sentences.join(' '),
    models,
  };
  await writeFileAtomically(files.table, tableToCsv(table));
  await writeFileAtomically(files.result, artifactToJson(artifact));
  const where = `Table: ${files.table}   For reports: ${files.result}`;
  const text = [renderTable(table), caption, '', ...sentences, '', where, ''].join('\n');
  stdout.write(flags.json === true ? jsonText({ models }) : text);
}
