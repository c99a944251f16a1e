/** A run made by hand: one task of choices, one of last words, one corpus. */
import type { RecordedItem, RecordedPart, RecordedRun, ResultRow } from '@linchpin/plugin-api';

export const exampleItems = 40;

export interface ExampleOptions {
  /** Items of every part. */
  readonly items?: number;
  /** Changes the log-likelihood of a request. */
  readonly score?: (nats: number, place: { task: string; docId: number; request: number }) => number;
  readonly row?: Partial<ResultRow>;
  readonly environment?: Partial<RecordedRun['environment']> | undefined;
}

const keep: NonNullable<ExampleOptions['score']> = (nats) => nats;

export function exampleRun(id: string, options: ExampleOptions = {}): RecordedRun {
  return {
    id,
    command: ['nightly'],
    status: 'finished',
    startedAt: '2026-01-01T00:00:00.000Z',
    environment: {
      version: '0.1.0',
      commit: 'a1b2c3',
      engine: 'toy 1',
      node: '24',
      processor: 'toy',
      threads: 1,
      ...options.environment,
    },
    parts: [choices(options), lastWords(options), windows(options)],
  };
}

/** A score by which the right choice of so many items of piqa becomes the worse one. */
export function loseItems(count: number): NonNullable<ExampleOptions['score']> {
  return (nats, { task, docId, request }) =>
    task === 'piqa' && request === 0 && docId % 4 === 1 && docId < 4 * count ? -20 : nats;
}

/** The first choice is right in every item but each fourth. */
function choices({ items = exampleItems, score = keep, row = {} }: ExampleOptions): RecordedPart {
  const all = indices(items).map((docId): RecordedItem => {
    const request = (index: number, nats: number) => ({
      context: `Question ${docId}`,
      continuation: ` choice ${index}`,
      firstIds: [1, docId],
      bos: true,
      tokens: 3,
      tokensCut: 0,
      logLikelihood: score(nats, { task: 'piqa', docId, request: index }),
    });
    const requests = [request(0, docId % 4 === 0 ? -9 : -5), request(1, -7 - docId / 100)];
    const isRight = requests[0]!.logLikelihood > requests[1]!.logLikelihood;
    return { docId, requests, answer: 0, isRight };
  });
  return { items: all, rows: [accuracyRow('piqa', all, row)] };
}

function lastWords({ items = exampleItems, score = keep, row = {} }: ExampleOptions): RecordedPart {
  const all = indices(items).map((docId): RecordedItem => {
    const logLikelihood = score(-1 - (docId % 7) / 4, { task: 'lambada_openai', docId, request: 0 });
    const text = { context: `Passage ${docId}`, continuation: ' word', firstIds: [1], bos: true };
    return { docId, requests: [{ ...text, tokens: 1, tokensCut: 0, logLikelihood }], isRight: logLikelihood > -2 };
  });
  return { items: all, rows: [accuracyRow('lambada_openai', all, row), perplexityRow('lambada_openai', all, row)] };
}

function windows({ items = exampleItems, score = keep, row = {} }: ExampleOptions): RecordedPart {
  const all = indices(items).map((docId): RecordedItem => {
    const logLikelihood = score(-300 - docId, { task: 'wikitext2', docId, request: 0 });
    return { docId, requests: [{ firstIds: [1], bos: true, tokens: 100, tokensCut: 0, logLikelihood }] };
  });
  return { items: all, rows: [perplexityRow('wikitext2', all, { ...row, window: row.window ?? 101, windows: items })] };
}

function accuracyRow(task: string, items: readonly RecordedItem[], changes: Partial<ResultRow>): ResultRow {
  const correct = items.filter(({ isRight }) => isRight === true).length;
  return { ...rowOf(task, items), metric: 'acc', value: correct / items.length, correct, ...changes };
}

function perplexityRow(task: string, items: readonly RecordedItem[], changes: Partial<ResultRow>): ResultRow {
  const nll = items.map(({ requests: [request] }) => -request!.logLikelihood! / request!.tokens);
  const value = Math.exp(nll.reduce((sum, each) => sum + each, 0) / nll.length);
  return { ...rowOf(task, items), metric: 'perplexity', value, correct: null, ...changes };
}

function rowOf(task: string, items: readonly RecordedItem[]): Omit<ResultRow, 'metric' | 'value' | 'correct'> {
  return {
    model: 'toy',
    modelSha256: 'abc',
    label: 'Original',
    interventions: [],
    task,
    taskVersion: 1,
    dataset: `${task}.jsonl`,
    datasetSha256: 'def',
    standardError: null,
    items: items.length,
    skipped: 0,
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
    seconds: 1,
  };
}

function indices(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
