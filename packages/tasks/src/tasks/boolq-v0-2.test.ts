import { testTask } from '@linchpin/testing';
import { boolqV02 } from './boolq-v0-2.ts';

const row = { passage: 'Whales are mammals.', question: 'are whales fish', label: 0 };

testTask(
  boolqV02,
  [row, { passage: row.passage, question: row.question, answer: true }],
  [{ field: 'passage', row: { ...row, passage: 1 } }],
);
