/** What each kind of question asks of the model, and how its answer follows from the log-likelihoods. */
import { predictByLength, predictChoice } from '@linchpin/metrics';
import type { Question, TokenScore } from '@linchpin/plugin-api';

/** The two texts of one request. */
export interface TextPair {
  readonly context: string;
  readonly continuation: string;
}

/** lm-evaluation-harness puts one space between a context and a choice (`target_delimiter`). */
const delimiter = ' ';

/** The requests of a question, in the order of its choices. */
export function textPairs(question: Question): TextPair[] {
  switch (question.kind) {
    case 'multiple-choice':
      return question.choices.map((choice) => ({ context: question.context, continuation: delimiter + choice }));
    case 'shared-continuation':
      return question.contexts.map((context) => ({ context, continuation: question.continuation }));
    case 'last-word':
      return [{ context: question.context, continuation: question.continuation }];
  }
}

/** How an item was answered. */
export interface Answer {
  /** The chosen answer, from 0; 0 or 1 for a last word: whether it was predicted greedily. */
  readonly predicted: number;
  readonly isCorrect: boolean;
  /** The same by log-likelihood per code point of the choice. */
  readonly predictedByLength?: number;
  readonly isCorrectByLength?: boolean;
}

/** Judges one item by the scores of its requests. */
export function judge(question: Question, scores: readonly TokenScore[]): Answer {
  const logLikelihoods = scores.map((score) => score.logLikelihood);
  switch (question.kind) {
    case 'multiple-choice': {
      const predicted = predictChoice(logLikelihoods);
      const predictedByLength = predictByLength(logLikelihoods, question.choices);
      return {
        predicted,
        isCorrect: predicted === question.answer,
        predictedByLength,
        isCorrectByLength: predictedByLength === question.answer,
      };
    }
    case 'shared-continuation': {
      const predicted = predictChoice(logLikelihoods);
      return { predicted, isCorrect: predicted === question.answer };
    }
    case 'last-word': {
      const isGreedy = scores.every((score) => score.isGreedy);
      return { predicted: isGreedy ? 1 : 0, isCorrect: isGreedy };
    }
  }
}
