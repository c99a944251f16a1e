/** Recorded runs made by hand, for tests of their comparison. */
import type { RecordedItem, RecordedPart, ResultRow, RunEnvironment } from '@linchpin/plugin-api';
import { openRunStore } from '@linchpin/run-store';

const environment: RunEnvironment = {
  version: '0.1.0',
  commit: 'a1b2c3',
  engine: 'toy 1',
  node: '24',
  processor: 'toy',
  threads: 1,
};

/** Twelve questions of two choices; the right one of `lost` items has become the less likely one. */
export function choicesPart(lost: number, changes: Partial<ResultRow> = {}): RecordedPart {
  const items = Array.from({ length: 12 }, (_, docId): RecordedItem => {
    const request = (continuation: string, logLikelihood: number): RecordedItem['requests'][number] => ({
      context: `Question ${docId} with \`\`\`, <b> and \u0001?`,
      continuation,
      firstIds: [1, docId],
      bos: true,
      tokens: 2,
      tokensCut: 0,
      logLikelihood,
    });
    const isRight = docId >= lost;
    return { docId, requests: [request(' yes', isRight ? -3 : -9), request(' no', -5)], answer: 0, isRight };
  });
  const correct = items.length - lost;
  const row: ResultRow = {
    model: 'toy',
    modelSha256: 'abc',
    label: 'Original',
    interventions: [],
    task: 'piqa',
    taskVersion: 1,
    dataset: 'piqa.jsonl',
    datasetSha256: 'def',
    metric: 'acc',
    value: correct / items.length,
    standardError: null,
    items: items.length,
    skipped: 0,
    correct,
    published: null,
    bos: 'always',
    contextLength: 128,
    window: null,
    windows: null,
    seed: null,
    dtype: 'F32',
    execution: 'float32',
    engine: 'toy 1',
    commit: 'a1b2c3',
    tokensAsked: 100,
    tokensComputed: 100,
    seconds: 2,
    ...changes,
  };
  return { items, rows: [row] };
}

/** Keeps a finished run in the store of a folder; gives its id. */
export function keepRun(
  folder: string,
  parts: readonly RecordedPart[],
  cost: { readonly matrixSpeed?: number; readonly peakMemory?: number } = {},
): string {
  const store = openRunStore(folder);
  const recorder = store.runs.begin(['nightly'], environment);
  for (const part of parts) recorder.part(part);
  recorder.finish('finished', cost);
  store.close();
  return recorder.id;
}

/** Writes a run of the store into a file. */
export function exportRun(folder: string, id: string, file: string): void {
  const store = openRunStore(folder);
  store.runs.exportTo(id, file);
  store.close();
}
