/**
 * Figure 1 of "The Super Weight in Large Language Models" (arXiv 2411.07191): what a model writes with and without its
 * super weights. The first prompt is that of the paper's stop-word example, its last space included: LLaMA-7B gives "cold"
 * 81.4 % there, and "the" 9.0 % as its first choice without the super weight. Texts are greedy.
 */
import { writtenTokens } from '@linchpin/defaults';
import { type ComparedTexts, generationArtifact, textsTable } from '@linchpin/generation';
import { original } from '@linchpin/harness';
import { checkSuperWeights, withoutSuperWeights } from '../super-weight-chains.ts';
import { nextTokenPanels } from './next-token-panels.ts';
import { type DrawnFigure, type FigureRun, type PaperFigure, paperFigure } from './paper-figure.ts';

const prompts = ['Summer is hot. Winter is ', 'Once upon a time', 'The little boy wanted to'];
const maxTokens = writtenTokens;

export const figure1: PaperFigure = paperFigure({
  number: 1,
  title: 'Generated text and next tokens, with and without super weights',
  takes: ['prompt'],
  wholeFor: 'text that is written',
  remembersNothing: true,
  draw,
});

async function draw({ opened, options, harness }: FigureRun): Promise<DrawnFigure> {
  await checkSuperWeights(opened, harness);
  const compared = await harness.generate(opened, {
    chains: [original, withoutSuperWeights(opened)],
    prompts: options.prompt === undefined ? prompts : [options.prompt],
    maxTokens,
  });
  return {
    data: { number: figure1.number, title: figure1.title, panels: nextTokenPanels(compared.texts) },
    records: textsTable(compared.texts),
    table: {
      columns: ['Prompt', 'Row', 'Text'],
      // Quoted: line breaks would break the table, and white space at the ends matters.
      rows: compared.texts.map(({ prompt, label, text }) => [JSON.stringify(prompt), label, JSON.stringify(text)]),
    },
    numbers: [],
    texts: generationArtifact({
      model: opened.name,
      modelSha256: await opened.checkpoint.contentHash(),
      settings: { maxTokens },
      ...compared,
    }),
    caption: `Texts of ${opened.name}; drawn are the likeliest first tokens of each.`,
    notes: compared.notes,
    shows: inWords(compared),
  };
}

function inWords({ texts }: ComparedTexts): string {
  return [...Map.groupBy(texts, ({ prompt }) => prompt)]
    .map(([prompt, group]) => {
      const first = group.map(({ label, nextTokens: [next] }) => {
        return `${JSON.stringify(next!.token)} (${(100 * next!.probability).toFixed(1)} %, ${label})`;
      });
      return `After ${JSON.stringify(prompt)} the likeliest is ${first.join(', then ')}.`;
    })
    .join(' ');
}
