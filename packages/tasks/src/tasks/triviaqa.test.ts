import { testTask } from '@linchpin/testing';
import { triviaqa } from './triviaqa.ts';

const row = { question: 'Which vegetable?', answer: { value: 'Onion', aliases: ['Onion', 'Allium cepa'] } };

testTask(
  triviaqa,
  [row],
  [
    { field: 'question', row: { answer: row.answer } },
    { field: 'answer.aliases', row: { ...row, answer: { value: 'Onion', aliases: [] } } },
  ],
);
