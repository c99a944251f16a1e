/** Finds the super weights of a model. */
import { stdout } from 'node:process';
import { formatSuperWeight } from '@linchpin/plugin-api';
import { renderTable, tableToCsv, writeFileAtomically } from '@linchpin/report';
import type { FindCommandFlags } from '../commands/find.ts';
import type { Finding } from '../find/find-super-weights.ts';
import { findingOf } from '../find/finding-of.ts';
import { coldInWords, findingInWords } from '../find/in-words.ts';
import { profileTable, roundsTable } from '../find/profile-table.ts';
import { jsonText } from '../json-text.ts';
import { openModel, type OpenedModel } from '../open-model.ts';
import { weightInWords } from '../tables/in-words.ts';
import { requireWritable } from '../writable.ts';

export async function find(flags: FindCommandFlags, signal: AbortSignal): Promise<void> {
  await requireWritable(flags.csv);
  const opened = await openModel(flags, signal);
  const finding = await findingOf(opened, flags, signal);
  if (flags.csv !== undefined) await writeFileAtomically(flags.csv, tableToCsv(roundsTable(finding)));
  stdout.write(flags.json === true ? jsonText(await recordOf(finding, opened, flags)) : textOf(finding, opened, flags));
}

function textOf(finding: Finding, opened: OpenedModel, { prompt }: FindCommandFlags): string {
  return [
    renderTable(profileTable(finding)),
    `Largest entries of the MLP output projections of ${opened.name}, on the prompt "${prompt}".`,
    '',
    ...findingInWords(finding, opened),
    ...coldInWords(finding, opened),
    '',
  ].join('\n');
}

/** How many rows of the guess from the weights are given back. */
const coldRows = 20;

async function recordOf(finding: Finding, opened: OpenedModel, { prompt }: FindCommandFlags): Promise<unknown> {
  const { rule, rounds, confirmation, superWeights, cold } = finding;
  return {
    model: opened.name,
    modelSha256: await opened.checkpoint.contentHash(),
    prompt,
    rule,
    superWeights: superWeights.map((weight) => ({
      at: formatSuperWeight(weight),
      name: weightInWords(opened, weight),
    })),
    confirmation,
    rounds,
    ...(cold === undefined ? {} : { cold: cold.slice(0, coldRows) }),
  };
}
