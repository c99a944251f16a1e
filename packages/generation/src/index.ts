export { type ChooseToken, greedy, sampler, type SamplingOptions } from './choose-token.ts';
export { generate, type GeneratedToken, type GenerateOptions, type StopReason } from './generate.ts';
export { type LikelyToken, likeliest } from './likeliest.ts';
export { TextStream } from './text-stream.ts';
