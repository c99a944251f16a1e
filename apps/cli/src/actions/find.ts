/** Finds the super weights of a model. */
import { stdout } from 'node:process';
import {
  coldInWords,
  type Finding,
  findingInWords,
  type FindOptions,
  profileTable,
  roundsTable,
} from '@linchpin/detection';
import type { OpenedModel } from '@linchpin/harness';
import { weightInWords } from '@linchpin/models';
import { readCorpusFile } from '@linchpin/perplexity';
import { formatSuperWeight } from '@linchpin/plugin-api';
import { jsonText, renderTable, requireWritable, tableToCsv, writeFileAtomically } from '@linchpin/report';
import type { FindFlags } from '../commands/find.ts';
import type { Invocation } from '../invocation.ts';
import { given } from '../options.ts';
import { withHarness } from '../with-harness.ts';

export async function find(flags: FindFlags, invocation: Invocation): Promise<void> {
  await requireWritable(flags.csv);
  const options = await findOptionsOf(flags);
  await withHarness(flags, invocation, async (harness) => {
    const opened = await harness.open(flags.model);
    const finding = await harness.find(opened, options);
    if (flags.csv !== undefined) await writeFileAtomically(flags.csv, tableToCsv(roundsTable(finding)));
    stdout.write(
      flags.json === true ? jsonText(await recordOf(finding, opened, flags)) : textOf(finding, opened, flags),
    );
  });
}

async function findOptionsOf(flags: FindFlags): Promise<FindOptions> {
  const { prompt, rule, inputAbove, outputAbove, explained, limit, allAbove } = flags;
  const { controls, seed, leastEffect, cold } = flags;
  const text = flags.text === undefined ? undefined : { name: flags.text, content: await readCorpusFile(flags.text) };
  const confirming = { controls, seed, leastEffect, cold, text };
  return given({ prompt, rule, inputAbove, outputAbove, explained, limit, allAbove, ...confirming });
}

function textOf(finding: Finding, opened: OpenedModel, { prompt }: FindFlags): string {
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

async function recordOf(finding: Finding, opened: OpenedModel, { prompt }: FindFlags): Promise<unknown> {
  const { rule, rounds, confirmation, superWeights, cold, endedBy, notes } = finding;
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
    ...(endedBy === undefined ? {} : { endedBy }),
    notes,
    ...(cold === undefined ? {} : { cold: cold.slice(0, coldRows) }),
  };
}
