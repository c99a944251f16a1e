/** Items of tasks and windows of corpora as the record of a run has them. */
import type { JudgedItem, ScoredPair } from '@linchpin/evaluator';
import type { WindowScore } from '@linchpin/perplexity';
import type { RecordedItem, RecordedRequest, TokenRequest, Tokenizer } from '@linchpin/plugin-api';

/** First ids that are worth showing: enough to see a BOS and how the text begins. */
const shownIds = 8;

type Shown = Pick<RecordedRequest, 'firstIds' | 'firstTexts' | 'bos'>;

/** A prompt, what the model wrote behind it, and what was expected. */
export interface WrittenItem {
  readonly docId: number;
  readonly prompt: string;
  readonly promptIds: readonly number[];
  readonly expected: string;
  readonly written: string;
  readonly isRight: boolean;
}

/** For all parts of a run: what is shown of requests that many parts have is made once. */
export class ItemRecord {
  readonly #tokenizer: Tokenizer;
  readonly #texts = new Map<number, string>();
  readonly #known = new WeakMap<TokenRequest, Shown>();

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  ofItem({ docId, question, requests, answer, skipped }: JudgedItem): RecordedItem {
    return {
      docId,
      requests: requests.map((request) => this.#ofPair(request)),
      ...('answer' in question ? { answer: question.answer } : {}),
      ...(answer === undefined || question.kind === 'whole-text' ? {} : { isRight: answer.isCorrect }),
      ...(skipped === undefined ? {} : { skipped }),
    };
  }

  ofText({ docId, prompt, promptIds, expected, written, isRight }: WrittenItem): RecordedItem {
    const shown = this.#shown(promptIds.slice(0, shownIds));
    const request = { context: prompt, continuation: expected, ...shown, tokens: 0, written, tokensCut: 0 };
    return { docId, requests: [request], isRight };
  }

  /** A window is scored from its second id on. */
  ofWindow({ window, nllSum }: Pick<WindowScore, 'window' | 'nllSum'>, ids: Int32Array): RecordedItem {
    const firstIds = Array.from(ids.subarray(0, Math.min(shownIds, ids.length - 1)));
    const tokens = ids.length - 1;
    return { docId: window, requests: [{ ...this.#shown(firstIds), tokens, logLikelihood: -nllSum, tokensCut: 0 }] };
  }

  #ofPair({ context, continuation, tokens, tokensCut, result }: ScoredPair): RecordedRequest {
    return {
      context,
      continuation,
      ...this.#shownOf(tokens, tokensCut),
      tokens: tokens.continuation.length,
      ...('score' in result ? { logLikelihood: result.score.logLikelihood, isGreedy: result.score.isGreedy } : {}),
      tokensCut,
    };
  }

  #shownOf(tokens: TokenRequest, tokensCut: number): Shown {
    const shown = this.#known.get(tokens) ?? this.#shown(firstFed(tokens, tokensCut));
    this.#known.set(tokens, shown);
    return shown;
  }

  #shown(firstIds: readonly number[]): Shown {
    return {
      firstIds,
      firstTexts: firstIds.map((id) => this.#textOf(id)),
      bos: firstIds.length > 0 && firstIds[0] === this.#tokenizer.bosId,
    };
  }

  #textOf(id: number): string {
    const text = this.#texts.get(id) ?? this.#tokenizer.decode([id]);
    this.#texts.set(id, text);
    return text;
  }
}

/** The model is fed all ids but the first `tokensCut` and the last one. */
function firstFed({ context, continuation }: TokenRequest, tokensCut: number): number[] {
  const end = Math.min(context.length + continuation.length - 1, tokensCut + shownIds);
  const ids: number[] = [];
  for (let place = tokensCut; place < end; place++) {
    ids.push(place < context.length ? context[place]! : continuation[place - context.length]!);
  }
  return ids;
}
