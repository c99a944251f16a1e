/**
 * Many texts at once. Prompts are fed one by one, so that no padding is computed; from then on the texts grow together, a
 * token of each in every run, and where one ends the next prompt takes its place.
 */
import type { BranchingModel } from '@linchpin/plugin-api';
import { type BeamOptions, BeamSearch, checkBeams, type Hypothesis, type SearchLimits } from './beam-search.ts';
import { greedy, repeating } from './choose-token.ts';
import { checkPrompt } from './generate.ts';
import { type SearchResult, type TextSearch, TokenByToken } from './text-search.ts';

export interface WriteOptions extends BeamOptions, SearchLimits {
  /** Texts that grow at once; 8 when absent. What a text is does not depend on it but for rounding. */
  readonly together?: number;
  /** Whether a text of these ids is over; asked after every token, of greedy texts alone. */
  readonly isEnded?: (ids: readonly number[]) => boolean;
  /** Asked between two runs. */
  readonly signal?: AbortSignal;
}

export interface WrittenText extends SearchResult {
  /** Of the prompt that it follows, in the order in which prompts were given. */
  readonly index: number;
  /** What a search with several beams has found, the best first; absent where there is one. */
  readonly hypotheses?: readonly Hypothesis[];
}

/** Texts that grow at once where nothing is said. */
const textsTogether = 8;

/**
 * Continues prompts, greedy or by beams, and gives each text as soon as it is there. Throws for a prompt that is empty or longer
 * than the context, when its turn comes.
 */
export async function* writeTexts(
  model: BranchingModel,
  prompts: Iterable<readonly number[]>,
  { together = textsTogether, signal, ...options }: WriteOptions,
): AsyncGenerator<WrittenText, void> {
  checkBeams(options);
  const waiting = prompts[Symbol.iterator]();
  const growing: { readonly index: number; readonly search: TextSearch }[] = [];
  let begun = 0;
  for (;;) {
    while (growing.length < together) {
      const { done, value: prompt } = waiting.next();
      if (done === true) break;
      checkPrompt(model, prompt);
      growing.push({ index: begun++, search: searchOf(model, prompt, options) });
    }
    if (growing.length === 0) return;
    signal?.throwIfAborted();
    const growths = growing.map(({ search }) => search.growth());
    const asked = growths.filter((growth) => growth !== undefined);
    const logits = await model.grow(asked);
    let next = 0;
    for (const [place, { search }] of growing.entries()) if (growths[place] !== undefined) search.take(logits[next++]!);
    for (const ended of growing.filter(({ search }) => search.growth() === undefined)) {
      growing.splice(growing.indexOf(ended), 1);
      const { index, search } = ended;
      const more = search instanceof BeamSearch ? { hypotheses: search.hypotheses } : {};
      yield { index, ...search.result, ...more };
    }
  }
}

/** As transformers has it, one beam is greedy decoding, in which the penalty changes logits and not log-probabilities. */
function searchOf(
  model: BranchingModel,
  prompt: readonly number[],
  options: BeamOptions & SearchLimits & Pick<WriteOptions, 'isEnded'>,
): TextSearch {
  if (options.beams > 1) return new BeamSearch(model, prompt, options);
  const { maxTokens, endIds = [], isEnded, repetitionPenalty = 1 } = options;
  return new TokenByToken(model, prompt, { choose: repeating(greedy, repetitionPenalty), maxTokens, endIds, isEnded });
}
