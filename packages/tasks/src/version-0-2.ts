/**
 * What tasks of lm-evaluation-harness 0.2.0 have in common, which made Table 2 of DeepSpeed-MoE (Rajbhandari et al., arXiv 2201.05596):
 * context and continuation are tokenized by themselves, without a BOS, and there are no examples.
 */
import type { Task } from '@linchpin/plugin-api';

type Protocol = Pick<Task, 'version' | 'tokenization' | 'tags'>;

export const version02: Protocol = { version: 1, tokenization: 'apart', tags: ['lm_eval_0_2'] };
