/**
 * How a commonsense question is put, and how the label is read off the answer. Two protocols, each with the oddities of its
 * code: that of SMT (HectorHHZ/Sparse_Matrix_Tuning, `evaluation/run_commonsense_parallel.py`) and that of the baselines
 * (AGI-Edgerunners/LLM-Adapters, `commonsense_evaluate.py`). Neither looks at log-likelihoods: numbers are not comparable with
 * zero-shot accuracies. Both pad a batch on the left; here nothing is padded, and no pad id counts as a repetition.
 */
import { nearestNames } from '@linchpin/errors';
import type { Tokenizer } from '@linchpin/plugin-api';
import { unknownProtocol } from '../errors.ts';

export interface Protocol {
  readonly name: string;
  /** Of changes of what follows. */
  readonly version: number;
  readonly beams: number;
  readonly repetitionPenalty: number;
  readonly maxTokens: number;
  /** Whether the tokenizer's EOS ends a text, or what the checkpoint says. */
  readonly ends: 'tokenizer' | 'checkpoint';
  prompt(instruction: string): string;
  /** What the model is taken to have answered. */
  answer(
    ids: { readonly prompt: readonly number[]; readonly written: readonly number[] },
    tokenizer: Tokenizer,
  ): string;
  /** The right answer as it is compared. */
  target(answer: string): string;
}

const intro =
  'Below is an instruction that describes a task. Write a response that appropriately completes the request. ';

const skipped = { skipSpecialTokens: true };

/** Of the paper. */
const smt: Protocol = {
  name: 'smt',
  version: 1,
  beams: 4,
  repetitionPenalty: 1.1,
  maxTokens: 256,
  ends: 'tokenizer',
  // The BOS is text, so that a tokenizer that adds one itself begins with two. Training has two spaces where this has one.
  prompt: (instruction) => `<s> ${intro}\n\n### Instruction:\n${instruction}\n\n### Response:\n`,
  // The text is cut at the length of the prompt's: where the prompt decodes otherwise in company, a character shifts.
  answer({ prompt, written }, tokenizer) {
    const { length } = tokenizer.decode(prompt, skipped);
    return tokenizer
      .decode([...prompt, ...written], skipped)
      .slice(length)
      .toLowerCase();
  },
  target: (answer) => answer.toLowerCase(),
};

/** Lines of the prompt are indented as the Python code is. */
const indent = ' '.repeat(16);

/** Of the baselines. Its temperature, top-p and top-k are inert: nothing is sampled. */
const llmAdapters: Protocol = {
  name: 'llm-adapters',
  version: 1,
  beams: 4,
  repetitionPenalty: 1,
  maxTokens: 32,
  ends: 'checkpoint',
  prompt: (instruction) =>
    [intro, '', `${indent}### Instruction:`, `${indent}${instruction}`, '', `${indent}### Response:`, indent].join(
      '\n',
    ),
  // An answer that begins another response ends there; upper and lower case count.
  answer({ prompt, written }, tokenizer) {
    const text = tokenizer.decode([...prompt, ...written], skipped);
    return (text.split('### Response:')[1] ?? '').trim();
  },
  target: (answer) => answer,
};

const protocols: readonly Protocol[] = [smt, llmAdapters];

export const protocolNames: readonly string[] = protocols.map(({ name }) => name);

/** That of the paper when absent. Throws for a name that none has. */
export function findProtocol(name: string = smt.name): Protocol {
  const found = protocols.find((protocol) => protocol.name === name);
  if (found === undefined) throw unknownProtocol(name, nearestNames(name, protocolNames));
  return found;
}
