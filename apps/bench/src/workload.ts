/** The work that is timed: questions of tasks or made-up ones, all through one model. */
import { cpuUsage } from 'node:process';
import { createLanguageModel, EncodedQuestions, evaluateTask, type LoadedQuestion } from '@linchpin/evaluator';
import { type Decoder, layCheckpoint, loadTokenizer, openDecoder } from '@linchpin/models';
import type { BosRule, ProductType, ScoringCost, Task, Tokenizer } from '@linchpin/plugin-api';
import { type CastWeights, chooseDevice, createExecutor, findDevice, resolveSession } from '@linchpin/runtime';
import { findTask, loadQuestions } from '@linchpin/tasks';
import { type ExecutionName, executionOptions } from './executions.ts';
import { type SyntheticWork, syntheticQuestions, syntheticTask } from './synthetic-questions.ts';

export const workloadTasks: readonly string[] = [
  'arc_easy',
  'hellaswag',
  'piqa',
  'sciq',
  'winogrande',
  'lambada_openai',
];

/** Every n-th item, where several sessions share the work. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

/** The first items of some tasks. */
export interface TaskWork {
  readonly datasets: string;
  readonly tasks: readonly string[];
  readonly items: number;
}

export interface WorkloadOptions {
  readonly model: string;
  readonly work: TaskWork | SyntheticWork;
  readonly bos: BosRule;
  readonly batchTokens: number;
  readonly execution: ExecutionName;
  /** Where encoded weights are kept between runs. */
  readonly encodedFolder: string;
  /** What computes; the CPU when absent. */
  readonly device?: string;
  /** What the device computes products in; float32 when absent. */
  readonly dtype?: ProductType;
  readonly threads?: number;
  readonly castWeights?: CastWeights;
  readonly share?: Share;
  /** Prefix of a file into which onnxruntime writes a profile. */
  readonly profile?: string;
}

export interface WorkloadResult {
  /** Seconds from files to an open session, and from the first text to the last log-likelihood, tokenizing included. */
  readonly secondsOpening: number;
  readonly secondsScoring: number;
  /** Of all threads, over the same time. */
  readonly cpuSeconds: number;
  readonly cost: ScoringCost;
  /** Floating-point operations of the products with weights. */
  readonly matrixFlops: number;
  /** Numbers of the checkpoint. */
  readonly parameters: number;
  /** By task, item and choice; of made-up questions none is kept. */
  readonly logLikelihoods: ReadonlyMap<string, number>;
}

/** A model that is ready to be timed. */
export interface OpenedWorkload {
  readonly secondsOpening: number;
  run(): Promise<WorkloadResult>;
}

export interface OpenedCheckpoint extends Decoder {
  readonly tokenizer: Tokenizer;
}

/** Throws for whatever makes a checkpoint or its tokenizer unusable; no weight is read. */
export async function openWithTokenizer(folder: string): Promise<OpenedCheckpoint> {
  const decoder = await openDecoder(folder);
  const { vocabularySize } = decoder.config;
  return { ...decoder, tokenizer: await loadTokenizer(decoder.checkpoint, { vocabularySize }) };
}

export async function openWorkload(options: WorkloadOptions): Promise<OpenedWorkload> {
  const opening = performance.now();
  const { tokenizer, ...decoder } = await openWithTokenizer(options.model);
  const { dtype } = options;
  const device = await chooseDevice(options.device, dtype);
  const { kernels } = findDevice(device.name);
  const laid = await layCheckpoint(decoder, { ...executionOptions(options), kernels, dtype, sharesPrefixes: true });
  const { threads, castWeights, profile } = options;
  const executor = await createExecutor(laid, resolveSession(laid, { device, threads, castWeights, profile }));
  const model = createLanguageModel(executor, { batchTokens: options.batchTokens });
  const secondsOpening = (performance.now() - opening) / 1000;
  return {
    secondsOpening,
    async run() {
      const start = performance.now();
      const cpu = cpuUsage();
      const logLikelihoods = new Map<string, number>();
      const keeps = 'tasks' in options.work;
      for (const { task, read } of partsOf(options)) {
        await evaluateTask({
          task,
          // Gone through once: nothing is kept for another time.
          questions: new EncodedQuestions(read, { tokenizer, bos: options.bos }, 0),
          model,
          bootstrapReplicates: 2,
          onItem: ({ docId, requests }) => {
            if (!keeps) return;
            for (const [choice, { result }] of requests.entries())
              if ('score' in result) logLikelihoods.set(`${task.name}/${docId}/${choice}`, result.score.logLikelihood);
          },
        });
      }
      const secondsScoring = (performance.now() - start) / 1000;
      const { user, system } = cpuUsage(cpu);
      await executor.release();
      const { cost } = model;
      return {
        secondsOpening,
        secondsScoring,
        cpuSeconds: (user + system) / 1e6,
        cost,
        matrixFlops: matrixFlops(decoder, cost),
        parameters: parametersOf(decoder),
        logLikelihoods,
      };
    },
  };
}

export interface NamedRequest {
  /** As its log-likelihood is called. */
  readonly name: string;
  readonly context: readonly number[];
  readonly continuation: readonly number[];
}

/** Ids of all requests of the tasks. */
export async function requestsOf(options: Pick<WorkloadOptions, 'model' | 'work' | 'bos'>): Promise<NamedRequest[]> {
  const { tokenizer } = await openWithTokenizer(options.model);
  const requests: NamedRequest[] = [];
  for (const { task, read } of partsOf(options))
    for await (const { docId, tokens } of new EncodedQuestions(read, { tokenizer, bos: options.bos }, 0))
      for (const [choice, { context, continuation }] of tokens.entries())
        requests.push({
          name: `${task.name}/${docId}/${choice}`,
          context: [...context],
          continuation: [...continuation],
        });
  return requests;
}

interface Part {
  readonly task: Pick<Task, 'name' | 'version' | 'metrics'>;
  readonly read: () => AsyncIterable<LoadedQuestion> | Iterable<LoadedQuestion>;
}

function partsOf({ work, share }: Pick<WorkloadOptions, 'work' | 'share'>): Part[] {
  if (!('tasks' in work)) return [{ task: syntheticTask, read: () => shared(syntheticQuestions(work), share) }];
  return work.tasks.map((name) => {
    const task = findTask(name);
    return { task, read: () => shared(loadQuestions(task, work.datasets, { limit: work.items }), share) };
  });
}

async function* shared(
  questions: AsyncIterable<LoadedQuestion> | Iterable<LoadedQuestion>,
  share: Share = { index: 0, of: 1 },
): AsyncGenerator<LoadedQuestion> {
  for await (const question of questions) if (question.docId % share.of === share.index) yield question;
}

function parametersOf({ tensors }: Decoder): number {
  return [...tensors.values()].reduce((sum, { shape }) => sum + elementsOf(shape), 0);
}

/** Behind the last attention and in the head only the tokens are computed whose distribution is read. */
function matrixFlops({ tensors, config, family }: Decoder, cost: ScoringCost): number {
  let flops = 2 * config.hiddenSize * config.vocabularySize * cost.logitRowsComputed;
  const lastLayer = `.${config.layers - 1}.`;
  for (const name of family.layerMatrices(config)) {
    const elements = elementsOf(tensors.get(name)!.shape);
    const isBehindLastAttention = name.includes(lastLayer) && !/[qkv]_proj/.test(name);
    flops += 2 * elements * (isBehindLastAttention ? cost.logitRowsComputed : cost.tokensComputed);
  }
  return flops;
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
