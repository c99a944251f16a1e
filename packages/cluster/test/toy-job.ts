/** A job without a model file: three variants of a toy, two tasks each, one variant that leaves tokens open. */
import { appendFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createLanguageModel } from '@linchpin/evaluator';
import { type Division, shareOf, standIn } from '@linchpin/execution';
import type { Executor, PackedBatch, ResultRow, TokenRequest } from '@linchpin/plugin-api';
import { openRunStore, type Origin, rememberingExecutor } from '@linchpin/run-store';
import { toyExecutor } from '@linchpin/testing';
import type { Job } from '@linchpin/cluster';

export interface ToyOptions {
  /** Of a batch. */
  readonly milliseconds?: number;
  /** Content of the model, and of the data. */
  readonly model?: string;
  readonly data?: string;
  /** Added to every log-probability of one variant. */
  readonly error?: number;
  /** Folder in which a byte is added to the file `computed` for every batch. */
  readonly count?: string;
}

export const toyOrigin: Origin = {
  host: hostname(),
  processor: 'toy processor',
  threads: 1,
  device: 'cpu',
  engine: 'toy 1',
  node: 'v24',
  version: '0.1.0',
};

export interface ToyJob extends Job {
  /** All of it where there is no division. */
  readonly run: (model: string, division: Division | undefined, store: string) => Promise<void>;
}

const open = 'leaves tokens open';
const labels = ['Original', open, 'Other'];
const tasks = ['short', 'long'];
const vocabularySize = 13;

export function toyJob(options: ToyOptions = {}): ToyJob {
  const { model: sha256 = 'a', data = 'd' } = options;
  return {
    command: ['evaluate', '--tasks', 'short,long'],
    models: ['toy'],
    async run(_, division, folder) {
      const store = openRunStore(folder, { origin: toyOrigin });
      try {
        const tensors = new Map([['weight', { shape: [1000, 1000], dtype: 'F32' }]]);
        const checkpoint = { contentHash: async (): Promise<string> => sha256 };
        await division?.opensModel({ name: 'toy', checkpoint, tensors, config: { vocabularySize } });
        for (const label of labels) {
          division?.beginVariant();
          const executor = toy(label, options);
          const own = { contextLength: executor.contextLength, vocabularySize };
          const remembering = rememberingExecutor(store.batches, {
            ...own,
            identity: label,
            open: async () => executor,
          });
          const share = shareOf(division, {
            identities: [label],
            mayBeUnresolved: label === open,
            standIns: (batch) => [standIn(batch)],
            run: async (batch) => [await remembering.run(batch)],
          });
          const run: Executor['run'] = async (batch) => (await share.run(batch))[0]!;
          const shared = { ...own, beginWindow: share.beginWindow, run, release: async () => {} };
          const language = createLanguageModel(shared, { batchTokens: 48 });
          for (const task of tasks) {
            const most = division?.beginPart() ?? Infinity;
            const questions = [...Array(task === 'long' ? 180 : 20).keys()].slice(0, most).map(questionOf);
            for await (const results of language.score(questions))
              if (results.length === 0) throw new Error('no results');
            division?.endPart([rowOf(label, task, { sha256, data, tokens: language.cost.tokensComputed })]);
          }
        }
      } finally {
        store.close();
      }
    },
  };
}

function toy(label: string, { milliseconds = 0, error = 0, count }: ToyOptions): Executor {
  const executor = toyExecutor({ vocabularySize, ...(label === open ? { unresolved } : {}) });
  return {
    ...executor,
    async run(batch) {
      if (milliseconds > 0) await wait(milliseconds);
      const { logProbabilities, ...output } = await executor.run(batch);
      if (count !== undefined) appendFileSync(join(count, 'computed'), '.');
      return { ...output, logProbabilities: logProbabilities.map((value) => value + (label === 'Other' ? error : 0)) };
    },
  };
}

function questionOf(index: number): TokenRequest[] {
  const context = Array.from({ length: 3 + (index % 5) }, (_, at) => (index * 5 + at * 3) % vocabularySize);
  return [0, 1, 2].map((choice) => ({ context, continuation: [choice, (index + choice) % vocabularySize] }));
}

/** Even ids of trees that branch: such a tree has more tokens than its longest path. */
function unresolved({ rows, rowLength, positions, subtreeEnds, tokenIds }: PackedBatch): Uint8Array {
  const marks = new Uint8Array(rows * rowLength);
  for (let row = 0; row < rows; row++) {
    for (let root = 0; root < rowLength; root = subtreeEnds[row * rowLength + root]!) {
      const [first, end] = [row * rowLength + root, row * rowLength + subtreeEnds[row * rowLength + root]!];
      const depth = 1 + Math.max(...positions.subarray(first, end));
      if (end - first > depth) for (let at = first; at < end; at++) marks[at] = tokenIds[at]! % 2 === 0 ? 1 : 0;
    }
  }
  return marks;
}

function rowOf(
  label: string,
  task: string,
  { sha256, data, tokens }: { readonly sha256: string; readonly data: string; readonly tokens: number },
): ResultRow {
  return {
    model: 'toy',
    modelSha256: sha256,
    label,
    interventions: [],
    task,
    taskVersion: 1,
    dataset: `${task}.jsonl`,
    datasetSha256: `${data} ${task}`,
    metric: 'acc',
    value: 1,
    standardError: null,
    items: 1,
    skipped: 0,
    correct: 1,
    published: null,
    bos: 'never',
    contextLength: 64,
    window: null,
    windows: null,
    seed: null,
    dtype: 'F32',
    execution: 'float32',
    commit: '',
    tokensAsked: 0,
    tokensComputed: tokens,
    seconds: 0,
    engine: 'toy 1',
    device: 'cpu',
    threads: 1,
    castWeights: 'once',
  };
}
