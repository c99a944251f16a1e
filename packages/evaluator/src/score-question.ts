/** What each kind of question asks of the model, and how its answer follows from the log-likelihoods. */
import { predictByLength, predictChoice } from '@linchpin/metrics';
import { internalError } from '@linchpin/errors';
import type { Question, TokenScore } from '@linchpin/plugin-api';

/** The two texts of one request. */
export interface TextPair {
  readonly context: string;
  readonly continuation: string;
}

/** lm-evaluation-harness puts one space between a context and a choice (`target_delimiter`), unless a chat template ends there. */
const defaultDelimiter = ' ';

/** The requests of a question, in the order of its choices. */
export function textPairs(question: Question): TextPair[] {
  switch (question.kind) {
    case 'multiple-choice':
    case 'weighed-choices': {
      const { context, choices, delimiter = defaultDelimiter } = question;
      return choices.map((choice) => ({ context, continuation: delimiter + choice }));
    }
    case 'shared-continuation':
      return question.contexts.map((context) => ({ context, continuation: question.continuation }));
    case 'last-word':
      return [{ context: question.context, continuation: question.continuation }];
    case 'any-of':
      return question.continuations.map((continuation) => ({ context: question.context, continuation }));
    case 'whole-text':
      // As far as its windows are not known; see `EncodedQuestions`.
      return [{ context: '', continuation: question.text }];
    case 'written':
      // Nothing is scored: the text that follows is written.
      return [{ context: question.context, continuation: '' }];
  }
}

/** How an item was answered. */
export interface Answer {
  /** The chosen answer, from 0; 0 or 1 for what is predicted greedily or not. */
  readonly predicted: number;
  readonly isCorrect: boolean;
  /** The same by log-likelihood per code point of the choice. */
  readonly predictedByLength?: number;
  readonly isCorrectByLength?: boolean;
  /** What the item counts for instead of 1 or 0: the share of the probability that true choices have. */
  readonly share?: number;
  /** Of a whole text, which is neither right nor wrong. */
  readonly size?: { readonly words: number; readonly bytes: number };
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
    case 'weighed-choices': {
      const predicted = predictChoice(logLikelihoods);
      const share = shareOf(logLikelihoods, question.isTrue);
      return { predicted, isCorrect: question.isTrue[predicted] === true, share };
    }
    case 'shared-continuation': {
      const predicted = predictChoice(logLikelihoods);
      return { predicted, isCorrect: predicted === question.answer };
    }
    case 'last-word': {
      const isGreedy = scores.every((score) => score.isGreedy);
      return { predicted: isGreedy ? 1 : 0, isCorrect: isGreedy };
    }
    case 'any-of': {
      const isGreedy = scores.some((score) => score.isGreedy);
      return { predicted: isGreedy ? 1 : 0, isCorrect: isGreedy };
    }
    case 'whole-text':
      return { predicted: 0, isCorrect: false, size: { words: question.words, bytes: question.bytes } };
    case 'written':
      throw internalError('an answer that is written has no scores');
  }
}

/**
 * The share of the probability of all choices that true ones have. lm-evaluation-harness divides probabilities, which are all 0 below
 * -745 nats; against the most likely choice there is always one that is not.
 */
function shareOf(logLikelihoods: readonly number[], isTrue: readonly boolean[]): number {
  const most = Math.max(...logLikelihoods);
  const weights = logLikelihoods.map((each) => Math.exp(each - most));
  return sum(weights.filter((_, index) => isTrue[index])) / sum(weights);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
