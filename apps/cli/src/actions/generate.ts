/** Texts that a model writes, under interventions beside the original. */
import { stdout } from 'node:process';
import { type ComparedTexts, decodingOf, generationArtifact, nextTokensTable, textsTable } from '@linchpin/generation';
import { besideOriginal, type GenerateOptions } from '@linchpin/harness';
import { artifactToJson, renderTable, requireWritable, tableToCsv, writeFileAtomically } from '@linchpin/report';
import type { Json } from '@linchpin/plugin-api';
import type { GenerateFlags } from '../commands/generate.ts';
import type { Invocation } from '../invocation.ts';
import { given, openOptions, requireUsed } from '../options.ts';
import { withHarness } from '../with-harness.ts';

export async function generateTexts(flags: GenerateFlags, invocation: Invocation): Promise<void> {
  const { prompt: prompts, maxTokens, bos, csv, json, temperature, topK, topP, seed, beams, repetitionPenalty } = flags;
  const asked = given({ temperature, topK, topP, seed, beams, repetitionPenalty });
  await requireWritable(csv);
  // Settings that cannot be are refused before a model is opened.
  const { settings: decoding } = decodingOf(asked);
  await withHarness(flags, invocation, async (harness) => {
    const model = await harness.open(flags.model, openOptions(flags));
    const chain = await harness.chain(model, flags.intervention ?? []);
    requireUsed([chain], flags);
    const run = { ...asked, chains: besideOriginal(chain), prompts, maxTokens, bos };
    const compared = await harness.generate(model, json === true ? run : streamed(run));
    if (csv !== undefined) await writeFileAtomically(csv, tableToCsv(textsTable(compared.texts)));
    if (json !== true) {
      stdout.write(summary(compared));
      return;
    }
    for (const note of compared.notes) harness.context.reporter.remark(note);
    const settings = { prompts, maxTokens, bos, ...decoding, interventions: specificationsOf(flags) };
    const modelSha256 = await model.checkpoint.contentHash();
    stdout.write(artifactToJson(generationArtifact({ model: model.name, modelSha256, settings, ...compared })));
  });
}

/** As they were asked for: names, or names with settings. */
function specificationsOf({ intervention = [] }: GenerateFlags): (string | { name: string; settings: Json })[] {
  return intervention.map((each) =>
    typeof each === 'string' ? each : { name: each.name, settings: each.settings ?? {} },
  );
}

/** Shows every text while it is written: what was given in the first line, then what follows from it. */
function streamed(run: GenerateOptions & Required<Pick<GenerateOptions, 'chains'>>): GenerateOptions {
  let heading = '';
  return {
    ...run,
    onChain: ({ label }) => {
      heading = run.chains.length > 1 ? `── ${label} ──\n` : '';
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
