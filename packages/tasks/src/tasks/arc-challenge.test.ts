import { testTask } from '@linchpin/testing';
import { arcChallenge } from './arc-challenge.ts';

const choices = { text: ['squirrel', 'cod', 'toad', 'camel'], label: ['A', 'B', 'C', 'D'] };
const row = { question: 'Which of these is a mammal that lives in the desert?', choices, answerKey: 'D' };

testTask(arcChallenge, [row], [{ field: 'answerKey', row: { ...row, answerKey: '4' } }]);
