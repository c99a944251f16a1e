/**
 * Right answers: lm-evaluation-harness's own predictions, counted against the answers that the tasks extract, give its
 * integer counts. And by the lengths of our choices, its log-likelihoods give its predictions of `acc_norm`.
 */
import { predictByLength } from '@linchpin/metrics';
import type { Question } from '@linchpin/plugin-api';
import { describeShared } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { findTask } from '../src/select-tasks.ts';
import { loadQuestions } from '../src/load-questions.ts';
import { dataFolderOf, readRequests, readResults } from './lm-eval-golden.ts';

const models = ['stories260K', 'tinystories-656k'];
const runs = models.flatMap((model) => ['full', 'first100', 'first100-more'].map((part) => `${model}/never/${part}`));

for (const run of [...runs, 'mini/never/mini']) {
  describeShared(`answers of ${run}`, [`golden/lm-eval/${run}`, 'datasets'], () => {
    const { results } = readResults(run);

    it.each(Object.entries(results))('%s', async (name, result) => {
      const questions = await read(run, name, result.predictions.length);
      expect(questions).toHaveLength(result.predictions.length);
      const { predictions_norm: norm } = result;
      expect(countCorrect(questions, result.predictions)).toBe(result.correct);
      expect(norm === undefined ? undefined : countCorrect(questions, norm)).toBe(result.correct_norm);
    });
  });
}

const runsWithRequests = runs.filter((run) => !run.endsWith('full'));
for (const run of [...runsWithRequests, 'mini/never/mini']) {
  describeShared(`acc_norm of ${run}`, [`golden/lm-eval/${run}`, 'datasets'], () => {
    const { results } = readResults(run);
    const golden = readRequests(run);
    const normalized = Object.entries(results).filter(([, { predictions_norm: norm }]) => norm !== undefined);

    it.each(normalized)('%s', async (name, { predictions_norm: norm }) => {
      const questions = await read(run, name, norm!.length);
      const predictions = questions.map((question, docId) => {
        const requests = golden.get(name)?.get(docId);
        if (question.kind !== 'multiple-choice' || requests === undefined) return '-';
        return predictByLength(
          requests.map(({ loglikelihood }) => loglikelihood),
          question.choices,
        );
      });
      expect(predictions.join('')).toBe(norm);
    });
  });
}

async function read(run: string, name: string, limit: number): Promise<Question[]> {
  const loaded = await Array.fromAsync(loadQuestions(findTask(name), dataFolderOf(run), { limit }));
  return loaded.map(({ question }) => question);
}

function countCorrect(questions: readonly Question[], predictions: string): number {
  return questions.filter(
    (question, index) => predictions[index] === String('answer' in question ? question.answer : 1),
  ).length;
}
