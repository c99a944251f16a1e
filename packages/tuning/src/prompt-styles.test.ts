import { expect, it } from 'vitest';
import { promptOf } from './prompt-styles.ts';

const bare = { instruction: 'Add 2 and 3.', input: '' };
const withInput = { instruction: 'Translate.', input: 'le chat' };

it('is the text that the code of Sparse Matrix Tuning trains on', () => {
  expect(promptOf(bare, 'smt')).toBe(
    '<s> Below is an instruction that describes a task. Write a response that appropriately completes the request.  \n\n### Instruction:\nAdd 2 and 3.\n\n### Response:\n',
  );
});

it('is the text that LLM-Adapters trains on, with and without an input', () => {
  expect(promptOf(bare, 'llm-adapters')).toBe(
    'Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n### Instruction:\nAdd 2 and 3.\n\n### Response:\n',
  );
  expect(promptOf(withInput, 'llm-adapters')).toBe(
    'Below is an instruction that describes a task, paired with an input that provides further context. Write a response that appropriately completes the request.\n\n### Instruction:\nTranslate.\n\n### Input:\nle chat\n\n### Response:\n',
  );
});

it('is nothing but the instruction where it is plain, and loses no input in any style', () => {
  expect(promptOf(bare, 'plain')).toBe('Add 2 and 3.\n');
  expect(promptOf(withInput, 'plain')).toBe('Translate.\nle chat\n');
  expect(promptOf(withInput, 'smt')).toContain('Translate.\nle chat\n\n### Response:');
});
