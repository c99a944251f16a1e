/**
 * The questions of a task as requests, to be gone through several times: a table asks the same of every row. Questions
 * are read and encoded at the first going through and kept, up to a bound on the tokens; those behind it are read anew.
 */
import type { BosRule, Question, Task, TokenRequest, Tokenizer } from '@linchpin/plugin-api';
import { internalError } from '@linchpin/errors';
import { PairEncoder } from './encode-pair.ts';
import { type TextPair, textPairs } from './score-question.ts';

/** One item as it comes out of a data set. */
export interface LoadedQuestion {
  /** Row of the data file, from 0. */
  readonly docId: number;
  readonly question: Question;
}

export interface EncodedQuestion extends LoadedQuestion {
  readonly pairs: readonly TextPair[];
  /** One a pair. */
  readonly tokens: readonly TokenRequest[];
}

export interface Encoding {
  readonly tokenizer: Tokenizer;
  readonly bos: BosRule;
  /** See `Task.tokenization`; then the rule of the BOS is not heeded. */
  readonly tokenization?: Task['tokenization'] | undefined;
  /** Of the model: whole texts are cut into windows of it, and nothing else needs it. */
  readonly contextLength?: number | undefined;
}

/** Most tokens that are kept, about 8 bytes each; the largest task of the paper has 5 million. */
const mostKept = 20_000_000;

/** Each going through begins with the first question; `read` begins with it too. */
export class EncodedQuestions implements AsyncIterable<EncodedQuestion> {
  readonly #read: () => AsyncIterable<LoadedQuestion> | Iterable<LoadedQuestion>;
  readonly #encoder: PairEncoder;
  readonly #tokenizer: Tokenizer;
  readonly #contextLength: number | undefined;
  readonly #mostKept: number;
  /** The first questions, without a gap. */
  readonly #kept: EncodedQuestion[] = [];
  #keptTokens = 0;
  #isWhole = false;

  constructor(
    read: () => AsyncIterable<LoadedQuestion> | Iterable<LoadedQuestion>,
    { tokenizer, bos, tokenization, contextLength }: Encoding,
    most: number = mostKept,
  ) {
    this.#read = read;
    this.#encoder = new PairEncoder(tokenizer, tokenization ?? bos);
    this.#tokenizer = tokenizer;
    this.#contextLength = contextLength;
    this.#mostKept = most;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EncodedQuestion, void> {
    const known = this.#kept.length;
    for (let index = 0; index < known; index++) yield this.#kept[index]!;
    if (this.#isWhole) return;
    let index = 0;
    for await (const loaded of this.#read()) {
      if (index++ < known) continue;
      const encoded = this.#encode(loaded);
      // Another going through at the same time may have kept it already.
      if (this.#kept.length === index - 1) this.#keep(encoded);
      yield encoded;
    }
    this.#isWhole ||= this.#kept.length === index;
  }

  #encode({ docId, question }: LoadedQuestion): EncodedQuestion {
    if (question.kind === 'whole-text') {
      if (this.#contextLength === undefined) throw internalError('a whole text without the context of a model');
      const tokens = this.#encoder.windows(question.text, this.#contextLength);
      return { docId, question, pairs: tokens.map((window) => this.#decoded(window)), tokens };
    }
    const pairs = textPairs(question);
    const tokens = pairs.map(({ context, continuation }) => this.#encoder.encode(context, continuation));
    return { docId, question, pairs, tokens };
  }

  /** What a window says, for whoever reads what was asked. */
  #decoded({ context, continuation }: TokenRequest): TextPair {
    const [before, asked] = [context, continuation].map((ids) => this.#tokenizer.decode(Array.from(ids)));
    return { context: before!, continuation: asked! };
  }

  #keep(encoded: EncodedQuestion): void {
    if (this.#keptTokens >= this.#mostKept) return;
    this.#kept.push(encoded);
    for (const { context, continuation } of encoded.tokens) this.#keptTokens += context.length + continuation.length;
  }
}
