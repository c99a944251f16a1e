export { accuracy, type Estimate } from './accuracy.ts';
export { unweightedAverage } from './average.ts';
export { bootstrapPerplexityError } from './bootstrap-perplexity-error.ts';
export { analyticPerplexityError, perplexity } from './perplexity.ts';
export { predictByLength, predictChoice } from './predict-choice.ts';
export { mean, sampleDeviation } from './sample-deviation.ts';
