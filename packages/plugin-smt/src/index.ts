export { blockScores, type Statistic, statistics } from './block-scores.ts';
export { plugin, smtMethod } from './plugin.ts';
export { type Candidate, largestOf } from './largest-of.ts';
export { smt } from './smt.ts';
