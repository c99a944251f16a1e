/** Reference results of lm-evaluation-harness 0.4.13, as the shared folder's golden/README.md describes them. */
import { readFileSync } from 'node:fs';
import { sharedPath } from '@linchpin/testing';

/** One scored pair. */
export interface GoldenRequest {
  readonly task: string;
  readonly doc_id: number;
  readonly choice: number;
  /** Texts of the first 25 items of a task; for the others there is `sha256` of both in one. */
  readonly context?: string;
  readonly continuation?: string;
  readonly sha256?: string;
  readonly loglikelihood: number;
  readonly is_greedy: boolean;
}

/** lm-evaluation-harness's numbers of one task. */
export interface GoldenResult {
  readonly data_file: string;
  readonly items: number;
  readonly skipped: Readonly<Record<string, string>>;
  readonly acc: number;
  readonly acc_stderr: number;
  readonly acc_norm?: number;
  readonly acc_norm_stderr?: number;
  readonly perplexity?: number;
  readonly perplexity_stderr?: number;
  readonly correct: number;
  readonly correct_norm?: number;
  /** One digit an item; `-` for a skipped one; of a last word, whether it was predicted greedily. */
  readonly predictions: string;
  readonly predictions_norm?: string;
}

export interface GoldenResults {
  readonly settings: { readonly bootstrap_iters: number };
  readonly results: Readonly<Record<string, GoldenResult>>;
  readonly total: { readonly mean_acc: number };
}

/** `run` is a folder below golden/lm-eval, for example `stories260K/never/first100`. */
export function readResults(run: string): GoldenResults {
  return JSON.parse(readFileSync(goldenPath(run, 'results.json'), 'utf8')) as GoldenResults;
}

/** Requests by task and item; skipped items are not among them. */
export function readRequests(run: string): Map<string, Map<number, GoldenRequest[]>> {
  const tasks = new Map<string, Map<number, GoldenRequest[]>>();
  for (const line of readFileSync(goldenPath(run, 'requests.jsonl'), 'utf8').split('\n').filter(Boolean)) {
    const request = JSON.parse(line) as GoldenRequest;
    const items = tasks.get(request.task) ?? new Map<number, GoldenRequest[]>();
    tasks.set(request.task, items);
    items.set(request.doc_id, [...(items.get(request.doc_id) ?? []), request]);
  }
  return tasks;
}

/** The folder with the data that a run scored. */
export function dataFolderOf(run: string): string {
  return sharedPath(run.endsWith('/mini') ? 'datasets/mini' : 'datasets');
}

function goldenPath(run: string, file: string): string {
  return sharedPath(`golden/lm-eval/${run}/${file}`);
}
