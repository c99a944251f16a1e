export { type BeamOptions, BeamSearch, checkBeams, type Hypothesis, type SearchLimits } from './beam-search.ts';
export { type ChooseToken, greedy, repeating, sampler, type SamplingOptions } from './choose-token.ts';
export { type ComparedTexts, type CompareRun, compareTexts } from './compare-texts.ts';
export {
  type ContinuedPrompt,
  type ContinuedPrompts,
  continuePrompts,
  type ContinueRun,
  type WritingModel,
} from './continue-prompts.ts';
export { type Decoding, decodingOf, type DecodingOptions } from './decoding.ts';
export { checkPrompt, generate, type GeneratedToken, type GenerateOptions, type StopReason } from './generate.ts';
export { generationArtifact, type GenerationRecord } from './generation-artifact.ts';
export { type LikelyToken, likeliest } from './likeliest.ts';
export { type GeneratedText, nextTokens, type NextToken } from './next-tokens.ts';
export { openWriter, type Writer, type WriterOptions } from './open-writer.ts';
export { promptIds } from './prompt-ids.ts';
export { logSumExp, softmax } from './softmax.ts';
export { cutBefore } from './stop-texts.ts';
export { isStopWord } from './stop-words.ts';
export { nextTokensTable, textsTable } from './texts-table.ts';
export { TextStream } from './text-stream.ts';
export { type SearchResult, type TextSearch, TokenByToken } from './text-search.ts';
export { type WriteOptions, writeTexts, type WrittenText } from './write-texts.ts';
