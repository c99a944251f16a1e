/**
 * Whole splits against lm-evaluation-harness 0.4.13: every integer count and every answer, and log-likelihoods that the
 * golden rounds to four decimals. Four runs over 13,800 items take minutes, so by default only the fastest is made;
 * LINCHPIN_FULL=1 makes all.
 */
import { env } from 'node:process';
import { createLanguageModel, EncodedQuestions, evaluateTask, type JudgedItem } from '@linchpin/evaluator';
import { layCheckpoint, loadTokenizer, openDecoder } from '@linchpin/models';
import { createExecutor } from '@linchpin/runtime';
import { findTask, loadQuestions } from '@linchpin/tasks';
import { describeShared, readSharedJson, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';

interface GoldenTask {
  readonly items: number;
  readonly correct: number;
  readonly correct_norm?: number;
  readonly predictions: string;
  readonly predictions_norm?: string;
}

const cases = ['tinystories-656k', 'stories260K'].flatMap((model) =>
  (['never', 'always'] as const).map((bos) => ({ model, bos })),
);

for (const { model, bos } of cases) {
  const folder = `golden/lm-eval/${model}/${bos}/full`;
  describeShared(`lm-eval, ${model}, BOS ${bos}, whole splits`, [folder, `models/${model}`, 'datasets'], () => {
    const isMade = env['LINCHPIN_FULL'] === '1' || (model === 'tinystories-656k' && bos === 'never');
    const title = 'every count and answer agrees';
    if (!isMade) {
      it.skip(`${title} (skipped: takes minutes, LINCHPIN_FULL=1 makes it)`, () => {});
      return;
    }
    it(title, async () => {
      const { results } = readSharedJson(`${folder}/results.json`) as { results: Record<string, GoldenTask> };
      const logLikelihoods = readSharedJson(`${folder}/loglikelihoods.json`) as Record<
        string,
        readonly (readonly number[])[]
      >;
      const checkpoint = sharedPath(`models/${model}`);
      const decoder = await openDecoder(checkpoint);
      const executor = await createExecutor(await layCheckpoint(decoder));
      const tokenizer = await loadTokenizer(checkpoint, { vocabularySize: decoder.config.vocabularySize });
      for (const [name, expected] of Object.entries(results)) {
        const task = findTask(name);
        const found: { predicted: string; predictedByLength: string; worst: number } = {
          predicted: '',
          predictedByLength: '',
          worst: 0,
        };
        const result = await evaluateTask({
          task,
          questions: new EncodedQuestions(() => loadQuestions(task, sharedPath('datasets')), { tokenizer, bos }),
          model: createLanguageModel(executor),
          bootstrapReplicates: 10,
          onItem(item) {
            found.predicted += item.answer?.predicted ?? '-';
            found.predictedByLength += item.answer?.predictedByLength ?? '-';
            if (item.answer !== undefined)
              found.worst = Math.max(found.worst, worstDifference(item, logLikelihoods[name]![item.docId]!));
          },
        });
        expect(found.predicted).toBe(expected.predictions);
        if (expected.predictions_norm !== undefined) expect(found.predictedByLength).toBe(expected.predictions_norm);
        expect(result.items).toBe(expected.items);
        expect(result.metrics.find(({ metric }) => metric === 'acc')!.correct).toBe(expected.correct);
        // In units of the tolerance: 1e-3 or 1e-5 relative, and half of the golden's last decimal.
        expect(found.worst).toBeLessThan(1);
      }
      await executor.release();
    });
  });
}

function worstDifference(item: JudgedItem, expected: readonly number[]): number {
  return Math.max(
    ...item.requests.map(({ result }, choice) => {
      const golden = expected[choice]!;
      const own = 'score' in result ? result.score.logLikelihood : Number.NaN;
      return Math.abs(own - golden) / (Math.max(1e-3, 1e-5 * Math.abs(golden)) + 5e-5);
    }),
  );
}
