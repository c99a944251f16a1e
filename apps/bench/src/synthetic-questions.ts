/** Questions of any number and size, made of the words of a small list: what they cost depends on their lengths alone. */
import type { LoadedQuestion } from '@linchpin/evaluator';
import type { Task } from '@linchpin/plugin-api';

export interface SyntheticWork {
  readonly questions: number;
  readonly choices: number;
  /** Words of the context and of every choice; a word is about one token. */
  readonly contextWords: number;
  readonly choiceWords: number;
}

export const syntheticTask: Pick<Task, 'name' | 'version' | 'metrics'> = {
  name: 'synthetic',
  version: 1,
  metrics: ['acc'],
};

const words = (
  'the of and to in a is was he for it with as his on be at by had not are but from or have an they which one you were ' +
  'all her she there would their we him been has when who will no more if out so up said what its about than into them'
).split(' ');

/** Contexts differ from question to question, choices from choice to choice: nothing is shared but what should be. */
export function* syntheticQuestions(work: SyntheticWork): Generator<LoadedQuestion> {
  const { text } = drawWords();
  for (let docId = 0; docId < work.questions; docId++) {
    const context = text(work.contextWords);
    const choices = Array.from({ length: work.choices }, () => text(work.choiceWords));
    yield { docId, question: { kind: 'multiple-choice', context, choices, answer: 0 } };
  }
}

export interface Draw {
  /** So many words. */
  readonly text: (length: number) => string;
  /** A whole number from 0 to `bound` - 1. */
  readonly below: (bound: number) => number;
}

/** The same draws every time. */
export function drawWords(): Draw {
  const draw = generator();
  return {
    text: (length) => Array.from({ length }, () => words[draw() % words.length]).join(' '),
    below: (bound) => draw() % bound,
  };
}

/** A linear congruential generator (Numerical Recipes' constants); the low bits repeat soon and are left out. */
function generator(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 12;
  };
}
