/** What holds where nothing is said. Functions take these numbers, and the command's help names them without loading what uses them. */

/** Most tokens of one batch that is scored; docs/performance.md has the measurements. */
export const scoringBatchTokens = 1024;

/** Most tokens that are fed at once when text is written: a prompt is one sequence and needs no room for others. */
export const writingBatchTokens = 2048;

/** Tokens that are written behind a prompt. */
export const writtenTokens = 40;

/** How much activation scales are measured on, as SmoothQuant does (mit-han-lab/smoothquant, `examples/generate_act_scales.py`). */
export const calibrationSamples = 512;
export const calibrationTokens = 512;

/** On how many of those samples at most losses are measured that decide about a setting. */
export const calibrationLossSamples = 16;

/** The prompt whose activations are looked at: that of the reference's figures (mengxiayu/LLMSuperWeight). */
export const searchPrompt = 'Apple Inc. is a worldwide tech company.';

/** Most candidates of a search for super weights. */
export const searchLimit = 10;

/** Random scalars with which each candidate is compared, and the seed that they are drawn with. */
export const searchControls = 5;
export const searchSeed = 0;

/** Rise of the loss that confirms a candidate, in nats a token: 5 % of the perplexity. */
export const searchLeastEffect = 0.05;

/** Shares of an output spike that one weight has to make, least and greatest. */
export const explainedShares: readonly [least: number, greatest: number] = [0.5, 1.5];

/** Magnitudes that spikes exceed under the absolute rule: of inputs and of outputs of MLP output projections. */
export const absoluteSpikes = { input: 50, output: 70 } as const;

/** What super weights are multiplied by: the factors of Figure 6 of arXiv 2411.07191 for LLaMA-7B. */
export const paperFactors: readonly number[] = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 1, 1.2, 1.5, 2, 3];

/** Tokens of a perplexity window, at most the model's context. */
export const windowTokens = 2048;

/** Largest relative difference of two log-likelihoods that is none, and the chance of even one false finding of paired tests. */
export const comparisonTolerance = 1e-5;
export const comparisonAlpha = 0.05;
/** Least speed and most memory of a run in terms of those of its baseline. */
export const comparisonLeastSpeed = 0.8;
export const comparisonMostMemory = 1.25;

/** Share of the largest weights of each matrix that are pruned beside the super weights, of arXiv 2411.07191. */
export const outlierFraction = 1e-6;

/** How many that is in the paper's words: of the matrices of LLaMA-7B, 6.5e9 weights, the share selects about as many. */
export const outlierCount = 7000;

/** Standard deviations beyond which weights are clipped: the least of those that arXiv 2411.07191 names. */
export const clippingDeviations = 9;

/** How a training goes: as transformers' Trainer has it, where it has a default. */
export const trainingDefaults = {
  batchSize: 8,
  accumulation: 1,
  seed: 0,
  learningRate: 1e-4,
  schedule: 'linear',
  warmUpSteps: 0,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  clip: 1,
} as const;

/** Most tokens of an example of a training, at most the model's context. */
export const trainingTokens = 2048;

/** Seconds between states of a training on disk. */
export const trainingSaveSeconds = 300;

/** Experiments that train a model before they measure it: rows held out at the end of the embedded texts, and how steps go. */
export const tunedHeldOut = 8;
export const tunedBatchSize = 8;
export const tunedTokens = 256;

/** What computes; the runtime has a file for each, and lists them in this order. */
export const deviceNames = ['cpu', 'cuda', 'webgpu', 'directml', 'coreml'] as const;

export type DeviceName = (typeof deviceNames)[number];

/** `auto` is the first that is there. */
export type AskedDevice = DeviceName | 'auto';

/** What products with weights can be computed in, where the device has kernels for it (`ProductType` of `@linchpin/plugin-api`). */
export const productTypes = ['float32', 'float16', 'bfloat16'] as const;
