/** The requests of a run as JSONL, one a line, under the names that lm-evaluation-harness uses; appears when it is whole. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { JudgedItem } from '@linchpin/evaluator';
import type { Task } from '@linchpin/plugin-api';
import { cannotWrite } from './errors.ts';

export class SampleFile {
  readonly #file: string;
  readonly #temporary: string;
  readonly #stream: WriteStream;

  private constructor(file: string, temporary: string, stream: WriteStream) {
    this.#file = file;
    this.#temporary = temporary;
    this.#stream = stream;
  }

  /** Opens beside the file, so that a folder that cannot be written is known before anything is computed. */
  static async open(file: string): Promise<SampleFile> {
    const temporary = `${file}.${process.pid}.partial`;
    const stream = createWriteStream(temporary);
    try {
      await once(stream, 'open');
    } catch (cause) {
      throw cannotWrite(file, cause);
    }
    return new SampleFile(file, temporary, stream);
  }

  add(task: Task, item: JudgedItem, bos: string): void {
    item.requests.forEach((request, choice) => {
      const scored = 'score' in request.result ? request.result.score : undefined;
      const line = {
        task: task.name,
        doc_id: item.docId,
        choice,
        context: request.context,
        continuation: request.continuation,
        loglikelihood: scored?.logLikelihood ?? null,
        is_greedy: scored?.isGreedy ?? null,
        token_loglikelihoods: scored === undefined ? null : [...scored.tokenLogProbabilities],
        context_tokens: request.tokens.context.length,
        continuation_tokens: request.tokens.continuation.length,
        tokens_cut: request.tokensCut,
        first_ids: [...request.tokens.context.slice(0, 4)],
        bos,
        ...('unscorable' in request.result ? { unscorable: request.result.unscorable } : {}),
        ...(item.answer === undefined ? {} : { predicted: item.answer.predicted, correct: item.answer.isCorrect }),
      };
      this.#stream.write(`${JSON.stringify(line)}\n`);
    });
  }

  async finish(): Promise<void> {
    try {
      this.#stream.end();
      await finished(this.#stream);
      await rename(this.#temporary, this.#file);
    } catch (cause) {
      throw cannotWrite(this.#file, cause);
    }
  }

  async discard(): Promise<void> {
    this.#stream.destroy();
    await rm(this.#temporary, { force: true });
  }
}
