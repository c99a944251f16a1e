/** Answers that split16 gives otherwise than lm-evaluation-harness does in float32: two of them all but tie. */

interface Flip {
  readonly model: string;
  readonly bos: 'never' | 'always';
  readonly task: string;
  readonly metric: 'acc' | 'acc_norm';
  readonly docId: number;
  /** A digit of the golden's predictions. */
  readonly answer: string;
  /** What the count of correct answers gains. */
  readonly gain: number;
}

const tinystories = { model: 'tinystories-656k' };
const stories = { model: 'stories260K' };

/** Of whole splits; behind each how far apart the golden has the two, for acc_norm per code point. */
const flips: readonly Flip[] = [
  { ...tinystories, bos: 'never', task: 'winogrande', metric: 'acc', docId: 150, answer: '0', gain: 1 }, // 0.0031
  { ...tinystories, bos: 'never', task: 'hellaswag', metric: 'acc_norm', docId: 409, answer: '2', gain: 0 }, // 1.4e-5
  { ...tinystories, bos: 'always', task: 'arc_challenge', metric: 'acc', docId: 79, answer: '2', gain: -1 }, // 0.0023
  { ...tinystories, bos: 'always', task: 'winogrande', metric: 'acc', docId: 856, answer: '0', gain: -1 }, // 0.0014
  { ...stories, bos: 'never', task: 'piqa', metric: 'acc', docId: 423, answer: '0', gain: 1 }, // 0.0012
  { ...stories, bos: 'never', task: 'lambada_openai', metric: 'acc', docId: 3710, answer: '0', gain: -1 }, // a greedy flag
  { ...stories, bos: 'always', task: 'arc_easy', metric: 'acc_norm', docId: 1482, answer: '2', gain: -1 }, // 1.4e-5
];

/** What a metric's answers are made of, one digit an item. */
export interface Answers {
  readonly predictions: string;
  readonly correct: number;
}

/** What split16 makes of a golden's answers, be they of a whole split or of its first items. */
export function inSplit16(
  { predictions, correct }: Answers,
  of: Pick<Flip, 'model' | 'bos' | 'task' | 'metric'>,
): Answers {
  const own = flips.filter(
    ({ model, bos, task, metric, docId }) =>
      model === of.model && bos === of.bos && task === of.task && metric === of.metric && docId < predictions.length,
  );
  const digits = predictions.split('');
  for (const { docId, answer } of own) digits[docId] = answer;
  return { predictions: digits.join(''), correct: own.reduce((sum, { gain }) => sum + gain, correct) };
}
