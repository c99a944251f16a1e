import { testTask } from '@linchpin/testing';
import { gsm8k } from './gsm8k.ts';

const row = { question: 'Tom has 3 stones and finds 4. How many has he?', answer: '3 + 4 = <<3+4=7>>7\n#### 7' };

testTask(
  gsm8k,
  [row],
  [
    { field: 'question', row: { answer: '#### 7' } },
    { field: 'answer', row: { ...row, answer: 7 } },
  ],
);
