/** The same prompts with the original model and with an edited one. */
import type { BosRule } from '@linchpin/plugin-api';
import { type Chain, modelInWords } from '@linchpin/execution';
import { continuePrompts, type ContinueRun, type WritingModel } from './continue-prompts.ts';
import { type GeneratedText, generatedText } from './next-tokens.ts';

export interface ComparedTexts {
  /** Chain by chain, prompt by prompt. */
  readonly texts: readonly GeneratedText[];
  readonly notes: readonly string[];
}

export interface CompareRun extends ContinueRun {
  /** Called before the texts of a chain. */
  readonly onChain?: (chain: Chain) => void;
}

/** One chain after the other: only one model is open at a time. */
export async function compareTexts(
  opened: WritingModel & { readonly name: string },
  chains: readonly Chain[],
  run: CompareRun,
): Promise<ComparedTexts> {
  const texts: GeneratedText[] = [];
  const notes: string[] = [settingsNote(run.bos, run, opened)];
  for (const chain of chains) {
    run.onChain?.(chain);
    const { texts: written, changedWeights, execution, isCached } = await continuePrompts(opened, chain, run);
    texts.push(...written.map((text) => generatedText(text, opened.tokenizer, run.bos)));
    const { label, interventions } = chain;
    if (interventions.length > 0)
      notes.push(`Model ${modelInWords(opened, { label, interventions, changedWeights, execution })}.`);
    if (!isCached) notes.push(`${label}: an edit looks at the whole sequence, which every token was run anew for.`);
  }
  const full = texts.filter(({ stopped }) => stopped === 'context').length;
  if (full > 0)
    notes.push(
      `${full} of ${texts.length} texts ended where the context of ${opened.config.contextLength} tokens did.`,
    );
  return { texts, notes };
}

function settingsNote(bos: BosRule, { decoding, maxTokens }: ContinueRun, { tokenizer }: WritingModel): string {
  const rule = bos === 'tokenizer' ? `tokenizer (${tokenizer.addsBos ? 'always' : 'never'})` : bos;
  return `Tokens ${decoding.inWords}; at most ${maxTokens}; BOS ${rule}.`;
}
