/**
 * Table 2 of "The Super Weight in Large Language Models" (arXiv 2411.07191): the coordinates of super weights. Ours is
 * searched for in every model that is given, and says beside each weight what happens without it and whether the paper,
 * or a model's own card, names it.
 */
import { directoryColumns, type SearchedEntry } from '../find/directory.ts';
import { defaultPrompt } from '../find/find-flags.ts';
import { findingOf } from '../find/finding-of.ts';
import { directoryFiles, writeDirectory } from '../find/write-directory.ts';
import { openModel, type OpenedModel } from '../open-model.ts';
import { requireWritable } from '../writable.ts';
import type { DirectoryTable } from './directory-table.ts';

export const table2: DirectoryTable = {
  kind: 'directory',
  number: 2,
  title: 'Super weight directory',
  columns: directoryColumns.map((header) => ({ header })),
  async plan(flags, signal) {
    for (const file of Object.values(directoryFiles(table2.number, flags))) await requireWritable(file);
    const { model: names, ...others } = flags;
    const models: OpenedModel[] = [];
    for (const each of names?.map((model) => ({ ...others, model })) ?? [others])
      models.push(await openModel(each, signal));
    return async () => {
      const entries: SearchedEntry[] = [];
      for (const opened of models) {
        const finding = await findingOf(opened, { ...others, prompt: defaultPrompt, rule: 'relative' }, signal);
        entries.push({ opened, finding, modelSha256: await opened.checkpoint.contentHash() });
      }
      await writeDirectory(table2, entries, flags);
    };
  },
};
