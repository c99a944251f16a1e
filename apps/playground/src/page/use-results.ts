/** What the model gives for the state of the page: first what it expects and what is inside, then the texts. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { BothLooks, OpenedFacts } from '../engine/playground-engine.ts';
import type { Side, WrittenToken } from '../engine/write-beside.ts';
import type { EngineClient } from './engine-client.ts';
import type { PageState } from './page-state.ts';
import { changeOf } from './places.ts';

export interface WrittenSide {
  readonly text: string;
  readonly tokens: number;
  /** Mean of the tokens behind the first. */
  readonly millisecondsPerToken?: number;
  /** From the request to the first token. */
  readonly firstToken?: number;
  readonly end?: NonNullable<WrittenToken['end']>;
}

export interface Results {
  readonly looks?: BothLooks;
  /** Of the measured text, in nats a token: without and with the change. */
  readonly losses?: { readonly original: number; readonly changed: number };
  readonly written: Readonly<Record<Side, WrittenSide>>;
  readonly isWriting: boolean;
  readonly failure?: string;
}

const nothing: WrittenSide = { text: '', tokens: 0 };
const noResults: Results = { written: { original: nothing, changed: nothing }, isWriting: false };

/** Between the last change of the state and the work, so that typing and sliding do not start it at every step. */
const pauseMilliseconds = 150;

type Asked = Pick<PageState, 'prompt' | 'edits' | 'restores' | 'tokens' | 'temperature' | 'seed'>;

export interface ResultsHook {
  readonly results: Results;
  /** Ends the writing. */
  readonly stop: () => void;
  /** Begins anew with the same state. */
  readonly again: () => void;
}

export function useResults(
  client: EngineClient | undefined,
  facts: OpenedFacts | undefined,
  asked: Asked,
): ResultsHook {
  const [results, setResults] = useState(noResults);
  const [round, setRound] = useState(0);
  const originalLoss = useRef<number | undefined>(undefined);
  const { prompt, edits, restores, tokens, temperature, seed } = asked;
  const key = JSON.stringify([prompt, edits, restores, tokens, temperature, seed, round]);
  useEffect(() => {
    if (client === undefined || facts === undefined) return undefined;
    const job = new ResultsJob(client, facts, { asked, originalLoss, setResults });
    const timer = setTimeout(() => void job.run(), pauseMilliseconds);
    return () => {
      clearTimeout(timer);
      job.cancel();
    };
  }, [client, facts, key]);
  return {
    results,
    stop: () => void client?.engine.stop(),
    again: () => setRound((before) => before + 1),
  };
}

interface JobParts {
  readonly asked: Asked;
  readonly originalLoss: { current: number | undefined };
  readonly setResults: (change: (before: Results) => Results) => void;
}

class ResultsJob {
  readonly #client: EngineClient;
  readonly #facts: OpenedFacts;
  readonly #parts: JobParts;
  #isCancelled = false;
  #hasBegun = false;

  constructor(client: EngineClient, facts: OpenedFacts, parts: JobParts) {
    this.#client = client;
    this.#facts = facts;
    this.#parts = parts;
  }

  cancel(): void {
    this.#isCancelled = true;
    if (this.#hasBegun) void this.#client.engine.stop();
  }

  async run(): Promise<void> {
    this.#hasBegun = true;
    const { asked } = this.#parts;
    if (asked.prompt.trim() === '') {
      this.#set(() => ({ ...noResults, failure: 'Write some words first: the model goes on from them.' }));
      return;
    }
    try {
      await Promise.all([this.#write(), this.#measure()]);
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      this.#set((before) => ({ ...before, isWriting: false, failure }));
    }
  }

  async #measure(): Promise<void> {
    const { asked, originalLoss } = this.#parts;
    const change = changeOf(this.#facts.matrices, asked.edits, asked.restores);
    const { engine } = this.#client;
    if (this.#isCancelled) return;
    originalLoss.current ??= await engine.loss({ edits: [], restores: false });
    if (this.#isCancelled) return;
    const original = originalLoss.current;
    const changed = change.edits.length === 0 ? original : await engine.loss(change);
    this.#set((before) => ({ ...before, losses: { original, changed } }));
  }

  async #write(): Promise<void> {
    const { asked } = this.#parts;
    const { prompt, edits, restores, tokens, temperature, seed } = asked;
    const change = changeOf(this.#facts.matrices, edits, restores);
    this.#set((before) => ({ ...before, isWriting: true }));
    const looks = await this.#client.engine.look(prompt, change);
    // Losses of before stay in sight until there are others; texts begin anew.
    this.#set(({ losses }) => ({ ...noResults, ...(losses === undefined ? {} : { losses }), looks, isWriting: true }));
    if (this.#isCancelled) return;
    const draws = temperature === 0 ? {} : { draws: { temperature, seed } };
    const started = performance.now();
    await this.#client.write({ prompt, change, tokens, ...draws }, (token) =>
      this.#set((before) => ({ ...before, written: grown(before.written, token, performance.now() - started) })),
    );
    this.#set((before) => ({ ...before, isWriting: false }));
  }

  #set(change: (before: Results) => Results): void {
    if (!this.#isCancelled) this.#parts.setResults(change);
  }
}

function grown(written: Results['written'], token: WrittenToken, elapsed: number): Results['written'] {
  const before = written[token.side];
  const tokens = before.tokens + (token.end === 'end' || token.end === 'broken' ? 0 : 1);
  const mean = before.millisecondsPerToken ?? 0;
  const isFirst = before.tokens === 0;
  return {
    ...written,
    [token.side]: {
      text: before.text + token.text,
      tokens,
      firstToken: before.firstToken ?? elapsed,
      ...(isFirst ? {} : { millisecondsPerToken: mean + (token.milliseconds - mean) / Math.max(1, before.tokens) }),
      ...(token.end === undefined ? {} : { end: token.end }),
    } satisfies WrittenSide,
  };
}
