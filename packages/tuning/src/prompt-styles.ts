/** The texts of which instruction data are made into sequences. */

export const promptStyles = ['smt', 'llm-adapters', 'plain'] as const;

/**
 * `smt`: as the code of Sparse Matrix Tuning trains (HectorHHZ/Sparse_Matrix_Tuning @31c5ff6), with the text `<s> ` before the
 * prompt, two spaces behind its first sentence pair, and no line break behind `### Response:`. `llm-adapters`: as LLM-Adapters
 * trains (AGI-Edgerunners/LLM-Adapters @8166572). `plain`: the instruction, a line break, the response.
 */
export type PromptStyle = (typeof promptStyles)[number];

export interface Instruction {
  readonly instruction: string;
  /** Further context; none where it is empty. */
  readonly input: string;
}

const task =
  'Below is an instruction that describes a task. Write a response that appropriately completes the request.';
const pairedTask =
  'Below is an instruction that describes a task, paired with an input that provides further context. Write a response that appropriately completes the request.';

/** What stands before the response. */
export function promptOf({ instruction, input }: Instruction, style: PromptStyle): string {
  const given = input === '' ? instruction : `${instruction}\n${input}`;
  if (style === 'plain') return `${given}\n`;
  if (style === 'smt') return `<s> ${task}  \n\n### Instruction:\n${given}\n\n### Response:\n`;
  if (input === '') return `${task}\n\n### Instruction:\n${instruction}\n\n### Response:\n`;
  return `${pairedTask}\n\n### Instruction:\n${instruction}\n\n### Input:\n${input}\n\n### Response:\n`;
}
