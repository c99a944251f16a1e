/**
 * From two strings to token ids: lm-evaluation-harness's pair rule (`TemplateLM._encode_pair`, 0.4.13). White space at
 * the end of the context moves to the continuation; both are encoded together, and the continuation's ids are what
 * follows as many ids as the context has by itself. Version 0.2.0 encoded both by themselves.
 */
import type { BosRule, TokenRequest, Tokenizer } from '@linchpin/plugin-api';
import { noBos, noPrefixToken } from './errors.ts';
import { rollingWindows } from './rolling-windows.ts';
import { trailingWhitespace } from '@linchpin/python-strings';

/** Encodes the requests of a question; a context that several share is encoded once. */
export class PairEncoder {
  readonly #tokenizer: Tokenizer;
  readonly #bos: number | undefined;
  readonly #isApart: boolean;
  #lastContext: { text: string; ids: number[] } | undefined;

  constructor(tokenizer: Tokenizer, rule: BosRule | 'apart') {
    if (rule === 'always' && tokenizer.bosId === undefined) throw noBos();
    this.#tokenizer = tokenizer;
    this.#isApart = rule === 'apart';
    this.#bos = rule === 'always' || (rule === 'tokenizer' && tokenizer.addsBos) ? tokenizer.bosId : undefined;
  }

  encode(context: string, continuation: string): TokenRequest {
    if (this.#isApart) return this.#apart(context, continuation);
    if (context === '') return this.#withoutContext(continuation);
    const spaces = trailingWhitespace(context);
    const head = context.slice(0, context.length - spaces);
    const tail = context.slice(context.length - spaces) + continuation;
    const contextIds = this.#context(head);
    return { context: contextIds, continuation: this.#ids(head + tail).slice(contextIds.length) };
  }

  /** The windows of a whole text, whose BOS is itself predicted. */
  windows(text: string, contextLength: number): TokenRequest[] {
    const prefix = this.#tokenizer.bosId ?? this.#tokenizer.eosId;
    if (prefix === undefined) throw noPrefixToken();
    return [...rollingWindows(Int32Array.from(this.#ids(text)), prefix, contextLength)];
  }

  /** The end of a text stands in for an empty context. */
  #apart(context: string, continuation: string): TokenRequest {
    const { eosId } = this.#tokenizer;
    if (context === '') return { context: eosId === undefined ? [] : [eosId], continuation: this.#ids(continuation) };
    return { context: this.#context(context), continuation: this.#ids(continuation) };
  }

  #context(text: string): number[] {
    if (this.#lastContext?.text !== text) this.#lastContext = { text, ids: this.#ids(text) };
    return this.#lastContext.ids;
  }

  /** A text that already begins with the BOS text gets no second one. */
  #ids(text: string): number[] {
    const ids = this.#tokenizer.encode(text);
    if (this.#bos === undefined || (this.#tokenizer.bosText !== undefined && text.startsWith(this.#tokenizer.bosText)))
      return ids;
    return [this.#bos, ...ids];
  }

  /** The prefix token stands in for the context; a continuation that begins with it is not asked to predict it. */
  #withoutContext(continuation: string): TokenRequest {
    const ids = this.#tokenizer.encode(continuation);
    const prefix = this.#tokenizer.bosId ?? this.#tokenizer.eosId;
    if (prefix === undefined) return { context: [], continuation: ids };
    return ids[0] === prefix
      ? { context: [prefix], continuation: ids.slice(1) }
      : { context: [prefix], continuation: ids };
  }
}
