/** Texts that a model writes, under interventions beside the original. */
import { stdout } from 'node:process';
import { artifactToJson, renderTable, tableToCsv, writeFileAtomically } from '@linchpin/report';
import type { GenerateFlags } from '../commands/generate.ts';
import { type ComparedTexts, type CompareRun, compareTexts, original } from '../generation/compare-texts.ts';
import { decodingOf } from '../generation/decoding.ts';
import { generationArtifact } from '../generation/generation-artifact.ts';
import { nextTokensTable, textsTable } from '../generation/texts-table.ts';
import { createChain } from '../interventions.ts';
import { openModel } from '../open-model.ts';
import { remark } from '../remark.ts';
import { requireWritable } from '../writable.ts';

export async function generateTexts(flags: GenerateFlags, signal: AbortSignal): Promise<void> {
  const { prompt: prompts, maxTokens, bos, csv, json } = flags;
  await requireWritable(csv);
  const decoding = decodingOf(flags);
  const opened = await openModel(flags, signal);
  const chain = await createChain(flags, opened.facts);
  const chains = chain.interventions.length === 0 ? [chain] : [original, chain];
  const run = { flags, signal, prompts, decoding, maxTokens, bos };
  const compared = await compareTexts(opened, chains, json === true ? run : streamed(run, chains.length > 1));
  if (csv !== undefined) await writeFileAtomically(csv, tableToCsv(textsTable(compared.texts)));
  if (json !== true) {
    stdout.write(summary(compared));
    return;
  }
  for (const note of compared.notes) remark(note, flags);
  const settings = { prompts, maxTokens, bos, ...decoding.settings, interventions: flags.intervention ?? [] };
  const modelSha256 = await opened.checkpoint.contentHash();
  stdout.write(artifactToJson(generationArtifact({ model: opened.name, modelSha256, settings, ...compared })));
}

/** Shows every text while it is written: what was given in the first line, then what follows from it. */
function streamed(run: CompareRun, isComparison: boolean): CompareRun {
  let heading = '';
  return {
    ...run,
    onChain: ({ label }) => {
      heading = isComparison ? `── ${label} ──\n` : '';
    },
    onPrompt: (prompt) => void stdout.write(heading + prompt),
    onText: (text) => void stdout.write(text),
    onEnd: () => void stdout.write('\n\n'),
  };
}

/** The likeliest next tokens of every prompt, and what should be known of the texts. */
function summary({ texts, notes }: ComparedTexts): string {
  const tables = [...Map.groupBy(texts, ({ prompt }) => prompt)].flatMap(([prompt, group]) => [
    `Likeliest tokens after ${JSON.stringify(prompt)}`,
    renderTable(nextTokensTable(group)),
  ]);
  return [...tables, ...notes, ''].join('\n');
}
