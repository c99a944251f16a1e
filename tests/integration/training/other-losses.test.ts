/** Trainings of other things than next tokens and tensors of the checkpoint: of a teacher's distribution, and of a prompt of vectors. */
import { lossOf } from '@linchpin/autodiff';
import type { LayLoss } from '@linchpin/models';
import type { Value } from '@linchpin/onnx';
import {
  type Adapter,
  type BatchGradients,
  type Executor,
  graphInputs,
  type TrainingBatch,
  type TrainingPlan,
} from '@linchpin/plugin-api';
import { largestDifference, temporaryFolder } from '@linchpin/testing';
import { makeBatch, targetsOf, train, type TrainedValues, type TrainingExample } from '@linchpin/training';
import { layTuned, startingValues, withExecutor } from '@linchpin/tuning';
import { beforeAll, describe, expect, it } from 'vitest';
import { openExecutor } from '../open-executor.ts';
import { tinyFamily } from '../tiny-families.ts';
import { openTuned, settingsOf } from './tune.ts';

const { ids, write } = tinyFamily('llama');
const folder = temporaryFolder();
beforeAll(async () => await write(folder));

const examples: readonly TrainingExample[] = ids.map((row) => ({ ids: Int32Array.from(row), from: 1 }));

function wholeBatch(all: readonly TrainingExample[]): TrainingBatch {
  return makeBatch(all, 1 / all.reduce((sum, example) => sum + targetsOf(example), 0));
}

type Plan = Pick<TrainingPlan, 'trained' | 'adapters'>;

interface Run {
  readonly trained: readonly TrainedValues[];
  readonly run: (batch: TrainingBatch) => Promise<BatchGradients>;
}

/** A model that is trained by a loss, at the values that the trained tensors begin with. */
async function withTraining<T>(
  { plan, loss, chunks = 1 }: { readonly plan: Plan; readonly loss?: LayLoss; readonly chunks?: number },
  use: (training: Run) => Promise<T>,
): Promise<T> {
  const tuned = { ...(await openTuned(folder)), chunks };
  const laid = await layTuned(tuned, plan, loss === undefined ? {} : { loss });
  const trained = await startingValues(laid, plan);
  const values = trained.map((each) => each.values);
  return await withExecutor(
    laid,
    tuned,
    async (executor) => await use({ trained, run: async (batch) => await executor.run(batch, values) }),
  );
}

function expectEqualGradients(got: BatchGradients, expected: readonly Float32Array[]): void {
  expect(got.gradients).toHaveLength(expected.length);
  expected.forEach((gradient, index) => {
    const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeGreaterThan(0);
    expect(largestDifference(got.gradients[index]!, gradient)).toBeLessThan(1e-5 * largest);
  });
}

describe('distillation', () => {
  const plan: Plan = { trained: [0, 1].map((layer) => `model.layers.${layer}.mlp.down_proj.weight`) };

  /** Σ weight · Σ −p(teacher) · ln p(student). */
  const againstTeacher: LayLoss = ({ graph, hidden, weights, logits, byChunks }) => {
    const teacher = graph.input('teacher', 'float32', ['scored', 'vocabulary']);
    const sum = (x: Value, axis: number): Value =>
      graph.apply('ReduceSum', [x, graph.integers([axis])], { attributes: { keepdims: 0 } });
    return byChunks([hidden, weights, teacher], ([rows, shares, expected]) => {
      const known = graph.apply('LogSoftmax', [logits(rows!)], { attributes: { axis: -1 } });
      const agreement = sum(graph.apply('Mul', [known, expected!]), 1);
      return lossOf(graph, graph.apply('Neg', [sum(graph.apply('Mul', [agreement, shares!]), 0)]));
    });
  };

  function withTeacher(batch: TrainingBatch, values: Float32Array): TrainingBatch {
    const scored = batch.scoredTokens.length;
    return { ...batch, others: new Map([['teacher', { values, shape: [scored, values.length / scored] }]]) };
  }

  /** What a model says of every scored token: [scored, vocabulary]. */
  async function distribution(teacher: Executor, batch: TrainingBatch): Promise<Float32Array> {
    const { vocabularySize: vocabulary } = teacher;
    const each = Array.from({ length: batch.scoredTokens.length * vocabulary }, (_, index) => index);
    const { logProbabilities } = await teacher.run({
      ...batch,
      targetRows: Int32Array.from(each, (index) => Math.floor(index / vocabulary)),
      targetIds: Int32Array.from(each, (index) => index % vocabulary),
    });
    return logProbabilities.map(Math.exp);
  }

  async function withTeacherModel<T>(use: (teacher: Executor) => Promise<T>): Promise<T> {
    const teacher = await openExecutor(folder);
    try {
      return await use(teacher);
    } finally {
      await teacher.release();
    }
  }

  it.each([1, 3])(
    'has the loss and gradients of next tokens where the teacher is certain of them, by %i chunks',
    async (chunks) => {
      const batch = wholeBatch(examples);
      const vocabulary = await withTeacherModel(async (teacher) => await Promise.resolve(teacher.vocabularySize));
      const certain = new Float32Array(batch.targetIds.length * vocabulary);
      batch.targetIds.forEach((id, row) => (certain[row * vocabulary + id] = 1));
      const expected = await withTraining({ plan, chunks }, async ({ run }) => await run(batch));
      const got = await withTraining(
        { plan, chunks, loss: againstTeacher },
        async ({ run }) => await run(withTeacher(batch, certain)),
      );
      expect(Math.abs(got.loss - expected.loss)).toBeLessThan(1e-6);
      expectEqualGradients(got, expected.gradients);
    },
  );

  it('brings a damaged student near its teacher', async () => {
    await withTeacherModel(async (teacher) => {
      const expected = await distribution(teacher, wholeBatch(examples));
      const entropy =
        expected.reduce((sum, p) => sum - p * Math.log(p), 0) / (expected.length / teacher.vocabularySize);
      await withTraining({ plan, loss: againstTeacher }, async ({ trained, run }) => {
        const whole = withTeacher(wholeBatch(examples), expected);
        const gap = async (): Promise<number> => (await run(whole)).loss - entropy;
        // The teacher agrees with itself, and no change makes it agree better.
        expect(Math.abs(await gap())).toBeLessThan(1e-6);
        for (const { values } of trained) values.forEach((value, index) => (values[index] = -0.5 * value));
        const damaged = await gap();
        await train({
          executor: { run: async (batch) => await run(withTeacher(batch, await distribution(teacher, batch))) },
          trained,
          examples,
          settings: settingsOf({ steps: 60, learningRate: 0.02 }),
        });
        const left = await gap();
        expect({ damaged, left, isNear: left < 0.2 * damaged }).toMatchObject({ isNear: true });
        expect(left).toBeGreaterThan(-1e-6);
      });
    });
  });
});

describe('prompt tuning', () => {
  const promptLength = 3;
  const module = 'model.embed_tokens';
  const embedding = `${module}.weight`;
  /** Ids that stand for the prompt's vectors, and that no example has. */
  const used = new Set(ids.flat());
  const placeholders = Array.from({ length: 32 }, (_, id) => id)
    .filter((id) => !used.has(id))
    .slice(0, promptLength);
  const prompted = examples.map((example) => ({
    ids: Int32Array.from([...placeholders, ...example.ids]),
    from: promptLength + example.from,
  }));

  /** Vectors in the place of the first tokens' embeddings (arXiv 2104.08691). */
  function prompt(initial: Float32Array): Adapter {
    return {
      module,
      tensors: [{ name: 'prompt', shape: [promptLength, initial.length / promptLength], initial }],
      lay(context) {
        const { graph, output } = context;
        const positions = graph.value(graphInputs.positions); // int64 [tokens, 1]
        const places = graph.reshape(
          graph.apply('Min', [positions, graph.integer(promptLength - 1)]),
          [-1],
          ['tokens'],
        );
        const isPrompt = graph.apply('Less', [positions, graph.integer(promptLength)]);
        return graph.apply('Where', [isPrompt, graph.rows(context.trained('prompt'), places), output]);
      },
    };
  }

  async function embeddingsOfPlaceholders(): Promise<Float32Array> {
    return await withTraining({ plan: { trained: [embedding] } }, async ({ trained: [table] }) => {
      const width = table!.shape[1]!;
      const rows = placeholders.flatMap((id) => [...table!.values.subarray(id * width, (id + 1) * width)]);
      return await Promise.resolve(Float32Array.from(rows));
    });
  }

  it('begins as the tokens in its place, with the gradients of their embeddings', async () => {
    const batch = wholeBatch(prompted);
    const ofTokens = await withTraining({ plan: { trained: [embedding] } }, async ({ run }) => await run(batch));
    const plan = { trained: [], adapters: [prompt(await embeddingsOfPlaceholders())] };
    const ofPrompt = await withTraining({ plan }, async ({ run }) => await run(batch));
    expect(ofPrompt.loss).toBe(ofTokens.loss);
    const [gradient] = ofPrompt.gradients;
    const width = gradient!.length / promptLength;
    const table = ofTokens.gradients[0]!;
    const rows = placeholders.flatMap((id) => [...table.subarray(id * width, (id + 1) * width)]);
    expectEqualGradients(ofPrompt, [Float32Array.from(rows)]);
  });

  it('lowers the loss without touching the model', async () => {
    const plan = { trained: [], adapters: [prompt(await embeddingsOfPlaceholders())] };
    await withTraining({ plan }, async ({ trained, run }) => {
      const before = (await run(wholeBatch(prompted))).loss;
      const settings = settingsOf({ steps: 40, learningRate: 0.1 });
      await train({ executor: { run }, trained, examples: prompted, settings });
      expect(trained.map(({ name }) => name)).toEqual(['prompt']);
      expect((await run(wholeBatch(prompted))).loss).toBeLessThan(before - 0.05);
    });
  });
});
