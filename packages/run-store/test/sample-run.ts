/** Runs as tests record them. */
import type { RecordedItem, RecordedPart, ResultRow, RunEnvironment } from '@linchpin/plugin-api';

export const environment: RunEnvironment = {
  version: '0.1.0',
  commit: '0123456789ab',
  engine: 'onnxruntime-node 1.23.2',
  node: 'v24.21.0',
  processor: 'x64 a processor × 2',
  threads: 1,
};

const row: ResultRow = {
  model: 'mini',
  modelSha256: 'ab'.repeat(32),
  label: 'Original',
  interventions: [{ name: 'prune', version: 1, settings: { count: 1, layers: [2] } }],
  task: 'piqa',
  taskVersion: 1,
  dataset: 'piqa.jsonl',
  datasetSha256: 'cd'.repeat(32),
  metric: 'acc',
  value: 0.5,
  standardError: 0.25,
  items: 2,
  skipped: 0,
  correct: 1,
  published: null,
  bos: 'never',
  contextLength: 128,
  window: null,
  windows: null,
  seed: null,
  dtype: 'float16',
  execution: 'float32',
  engine: environment.engine,
  commit: environment.commit,
  tokensAsked: 10,
  tokensComputed: 8,
  seconds: 0.125,
};

/** A choice between two, the first of which is right. */
function choiceItem(docId: number, logLikelihoods: readonly [number, number]): RecordedItem {
  return {
    docId,
    answer: 0,
    isRight: logLikelihoods[0] > logLikelihoods[1],
    requests: logLikelihoods.map((logLikelihood, choice) => ({
      context: `Question ${docId}?`,
      continuation: ` choice ${choice}`,
      firstIds: [1, docId, choice],
      firstTexts: ['<s>', 'Question', '⎵'],
      bos: true,
      tokens: 2,
      logLikelihood,
      isGreedy: false,
      tokensCut: 0,
    })),
  };
}

/** What an item can also be: one without a score, and a window. */
export const otherItems: readonly RecordedItem[] = [
  {
    docId: 7,
    answer: 0,
    skipped: 'continuation-too-long',
    requests: [{ context: 'a', continuation: 'b', firstIds: [5], bos: false, tokens: 900, tokensCut: 3 }],
  },
  { docId: 0, requests: [{ firstIds: [1, 9], bos: true, tokens: 127, tokensCut: 0, logLikelihood: -Infinity }] },
];

/** A part of so many choices, right and wrong in turn. */
export function choicesPart(items: number, facts: Partial<ResultRow> = {}): RecordedPart {
  return {
    rows: [
      { ...row, ...facts },
      { ...row, ...facts, metric: 'perplexity', value: Infinity, standardError: null },
    ],
    items: Array.from({ length: items }, (_, docId) => choiceItem(docId, [-1 - 1 / (docId + 3), -1.5 + (docId % 2)])),
  };
}
