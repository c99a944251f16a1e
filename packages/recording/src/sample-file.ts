/** The requests of a run as JSONL, one a line, under the names that lm-evaluation-harness uses; appears when it is whole. */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { JudgedItem, ScoredPair } from '@linchpin/evaluator';
import type { TemporaryFiles } from '@linchpin/execution';
import { cannotWrite } from '@linchpin/report';
import type { WrittenItem } from './recorded-item.ts';

/** What the lines of an item say besides its requests. */
export interface SampleOrigin {
  readonly task: string;
  /** Whether a BOS begins the requests. */
  readonly bos: string;
}

/** Written synchronously: lines cannot pile up in memory, and a full disk is an error of the item at which it is full. */
export class SampleFile {
  readonly #file: string;
  readonly #temporary: string;
  readonly #temporaryFiles: TemporaryFiles;
  readonly #descriptor: number;
  #isOpen = true;

  /** Opens beside the file, so that a folder that cannot be written is known before anything is computed. */
  constructor(file: string, temporaryFiles: TemporaryFiles) {
    this.#file = file;
    this.#temporaryFiles = temporaryFiles;
    this.#temporary = `${file}.${randomUUID()}.partial`;
    this.#descriptor = writing(file, () => openSync(this.#temporary, 'wx'));
    temporaryFiles.note(this.#temporary);
  }

  add(origin: SampleOrigin, item: JudgedItem): void {
    const lines = item.requests.map((_, choice) => `${JSON.stringify(sample(origin, item, choice))}\n`);
    writing(this.#file, () => writeFileSync(this.#descriptor, lines.join('')));
  }

  addText({ task, bos }: SampleOrigin, { docId, prompt, expected, written, isRight }: WrittenItem): void {
    const line = { task, doc_id: docId, context: prompt, expected, written, bos, correct: isRight };
    writing(this.#file, () => writeFileSync(this.#descriptor, `${JSON.stringify(line)}\n`));
  }

  /** Puts the file in its place. */
  finish(): void {
    writing(this.#file, () => {
      fsyncSync(this.#descriptor);
      this.#close();
      renameSync(this.#temporary, this.#file);
    });
    this.#temporaryFiles.forget(this.#temporary);
  }

  /** Leaves nothing behind; after `finish` it does nothing. */
  discard(): void {
    this.#close();
    rmSync(this.#temporary, { force: true });
    this.#temporaryFiles.forget(this.#temporary);
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }
}

function sample(origin: SampleOrigin, item: JudgedItem, choice: number): object {
  const request: ScoredPair = item.requests[choice]!;
  const { context, continuation } = request.tokens;
  const score = 'score' in request.result ? request.result.score : undefined;
  return {
    task: origin.task,
    doc_id: item.docId,
    choice,
    context: request.context,
    continuation: request.continuation,
    loglikelihood: score?.logLikelihood ?? null,
    is_greedy: score?.isGreedy ?? null,
    token_loglikelihoods: score === undefined ? null : [...score.tokenLogProbabilities],
    context_tokens: context.length,
    continuation_tokens: continuation.length,
    tokens_cut: request.tokensCut,
    first_ids: Array.from(context.slice(0, 4)),
    bos: origin.bos,
    ...('unscorable' in request.result ? { unscorable: request.result.unscorable } : {}),
    ...(item.answer === undefined ? {} : { predicted: item.answer.predicted, correct: item.answer.isCorrect }),
  };
}

function writing<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
}
