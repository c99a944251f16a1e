/**
 * Zero-shot scoring against lm-evaluation-harness 0.4.13 (float32, batch 1). Tolerance for a summed log-likelihood: 1e-3 or
 * 1e-5 relative, whichever is larger, about four times what float64 and batch 8 were seen to change; token counts, greedy
 * flags, skipped items and integer counts are exactly equal.
 */
import { readFileSync } from 'node:fs';
import {
  createLanguageModel,
  EncodedQuestions,
  evaluateTask,
  type JudgedItem,
  type TaskResult,
} from '@linchpin/evaluator';
import { folderTexts, layCheckpoint, loadTokenizer, openDecoder } from '@linchpin/models';
import { createExecutor } from '@linchpin/runtime';
import { findTask, loadQuestions } from '@linchpin/tasks';
import { describeShared, readSharedJson, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';

interface GoldenRequest {
  readonly task: string;
  readonly doc_id: number;
  readonly choice: number;
  readonly loglikelihood: number;
  readonly is_greedy: boolean;
  readonly context_tokens: number;
  readonly continuation_tokens: number;
  readonly tokens_cut: number;
}

interface GoldenTask {
  readonly items: number;
  readonly skipped: Readonly<Record<string, string>>;
  readonly correct: number;
  readonly correct_norm?: number;
  readonly acc: number;
  readonly acc_stderr: number;
  readonly acc_norm?: number;
  readonly acc_norm_stderr?: number;
  readonly perplexity?: number;
  readonly predictions: string;
  readonly predictions_norm?: string;
}

const cases = [
  ...['stories260K', 'tinystories-656k'].flatMap((model) => [
    { model, part: 'first100', datasets: 'datasets', limit: 100 },
    { model, part: 'first100-more', datasets: 'datasets', limit: 100 },
  ]),
  { model: 'mini', part: 'mini', datasets: 'datasets/mini', limit: undefined },
];

for (const { model, part, datasets, limit } of cases) {
  for (const bos of ['never', 'always'] as const) {
    const folder = `golden/lm-eval/${model}/${bos}/${part}`;
    describeShared(`lm-eval, ${model}, BOS ${bos}, ${part}`, [folder, `models/${model}`, datasets], () => {
      it('every log-likelihood, flag and count agrees', async () => {
        const golden = readSharedJson(`${folder}/results.json`) as { results: Record<string, GoldenTask> };
        const lines = readFileSync(sharedPath(`${folder}/requests.jsonl`), 'utf8')
          .trim()
          .split('\n');
        const requests = Map.groupBy(
          lines.map((line) => JSON.parse(line) as GoldenRequest),
          ({ task }) => task,
        );
        const runner = await openRunner(model);
        for (const [name, expected] of Object.entries(golden.results)) {
          const items: JudgedItem[] = [];
          const result = await runner.run(name, { bos, datasets, limit, onItem: (item) => items.push(item) });
          expectRequests(items, requests.get(name)!);
          expectCounts(result, items, expected);
        }
        await runner.release();
      });
    });
  }
}

async function openRunner(model: string) {
  const folder = sharedPath(`models/${model}`);
  const decoder = await openDecoder(folder);
  const executor = await createExecutor(await layCheckpoint(decoder));
  const tokenizer = await loadTokenizer(folderTexts(folder), { vocabularySize: decoder.config.vocabularySize });
  const languageModel = createLanguageModel(executor);
  return {
    release: () => executor.release(),
    run(
      name: string,
      options: {
        bos: 'never' | 'always';
        datasets: string;
        limit: number | undefined;
        onItem: (item: JudgedItem) => void;
      },
    ) {
      const task = findTask(name);
      const read = () => loadQuestions(task, sharedPath(options.datasets), { limit: options.limit });
      return evaluateTask({
        task,
        questions: new EncodedQuestions(read, { tokenizer, bos: options.bos }),
        model: languageModel,
        bootstrapReplicates: 10,
        onItem: options.onItem,
      });
    },
  };
}

function expectRequests(items: readonly JudgedItem[], expected: readonly GoldenRequest[]): void {
  const scored = items.flatMap((item) =>
    item.answer === undefined ? [] : item.requests.map((request, choice) => ({ docId: item.docId, choice, request })),
  );
  expect(scored.length).toBe(expected.length);
  for (const [index, { docId, choice, request }] of scored.entries()) {
    const golden = expected[index]!;
    const score = 'score' in request.result ? request.result.score : undefined;
    expect({
      docId,
      choice,
      context: request.tokens.context.length,
      continuation: request.tokens.continuation.length,
      cut: request.tokensCut,
      isGreedy: score?.isGreedy,
    }).toEqual({
      docId: golden.doc_id,
      choice: golden.choice,
      context: golden.context_tokens,
      continuation: golden.continuation_tokens,
      cut: golden.tokens_cut,
      isGreedy: golden.is_greedy,
    });
    const difference = Math.abs(score!.logLikelihood - golden.loglikelihood);
    expect(difference).toBeLessThan(Math.max(1e-3, 1e-5 * Math.abs(golden.loglikelihood)));
  }
}

function expectCounts(result: TaskResult, items: readonly JudgedItem[], expected: GoldenTask): void {
  const digits = (digit: (item: JudgedItem) => number | undefined): string =>
    items.map((item) => digit(item) ?? '-').join('');
  expect(digits((item) => item.answer?.predicted)).toBe(expected.predictions);
  if (expected.predictions_norm !== undefined)
    expect(digits((item) => item.answer?.predictedByLength)).toBe(expected.predictions_norm);
  expect(result.items).toBe(expected.items);
  expect(result.skipped.map(({ docId }) => String(docId))).toEqual(Object.keys(expected.skipped));
  const metric = (name: string) => result.metrics.find((candidate) => candidate.metric === name);
  expect(metric('acc')).toMatchObject({ correct: expected.correct, value: expected.acc });
  expect(metric('acc')!.standardError).toBeCloseTo(expected.acc_stderr, 12);
  if (metric('acc_norm') !== undefined)
    expect(metric('acc_norm')).toMatchObject({ correct: expected.correct_norm, value: expected.acc_norm });
  // A mean of summed log-likelihoods, each within 1e-5 relative or 1e-3.
  if (expected.perplexity !== undefined)
    expect(Math.abs(metric('perplexity')!.value / expected.perplexity - 1)).toBeLessThan(1e-3);
}
