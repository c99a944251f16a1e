import type { Question } from '@linchpin/plugin-api';

export interface Pair {
  readonly context: string;
  readonly continuation: string;
}

/** The requests that the kinds of questions stand for (plugin-api, `Question`), in the order of their choices. */
export function pairsOf(question: Question): Pair[] {
  switch (question.kind) {
    case 'multiple-choice':
    case 'weighed-choices':
      return question.choices.map((text) => ({
        context: question.context,
        continuation: `${question.delimiter ?? ' '}${text}`,
      }));
    case 'shared-continuation':
      return question.contexts.map((context) => ({ context, continuation: question.continuation }));
    case 'last-word':
      return [{ context: question.context, continuation: question.continuation }];
    case 'whole-text':
      return [{ context: '', continuation: question.text }];
    case 'written':
      return [{ context: question.context, continuation: '' }];
    case 'any-of':
      return question.continuations.map((continuation) => ({ context: question.context, continuation }));
  }
}
