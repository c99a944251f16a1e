/** Lets the model and its changed twin write at once, token by token in turns. */
import { type ChooseToken, greedy, sampler, TextStream } from '@linchpin/generation';
import type { Tokenizer } from '@linchpin/plugin-api';
import { AdjustedSequence, type AdjustableModel } from './adjusted-sequence.ts';
import { type Change, noChange } from './adjustment.ts';

export type Side = 'original' | 'changed';

export interface WritingJob {
  readonly prompt: readonly number[];
  readonly change: Change;
  /** Most tokens that each side writes. */
  readonly tokens: number;
  /** The likeliest tokens when absent. */
  readonly draws?: { readonly temperature: number; readonly seed: number };
}

export interface WrittenToken {
  readonly side: Side;
  readonly id: number;
  /** What the token adds to the text; empty where a character is not complete yet. */
  readonly text: string;
  /** Set where the side has written its last token, with what was held back. */
  readonly end?: 'end' | 'tokens' | 'context' | 'broken';
  readonly milliseconds: number;
}

interface Writer {
  readonly side: Side;
  readonly sequence: AdjustedSequence;
  readonly choose: ChooseToken;
  readonly stream: TextStream;
  readonly ids: number[];
  fed: readonly number[];
  written: number;
}

/** Sides begin with equal draws, so that their texts differ by the change alone. */
export async function* writeBeside(
  model: AdjustableModel,
  tokenizer: Tokenizer,
  { prompt, change, tokens, draws }: WritingJob,
): AsyncGenerator<WrittenToken, void> {
  const chooser = (): ChooseToken => (draws === undefined ? greedy : sampler(draws));
  const begin = (side: Side, of: Change): Writer => ({
    side,
    sequence: new AdjustedSequence(model, of),
    choose: chooser(),
    stream: new TextStream(tokenizer, prompt),
    ids: [...prompt],
    fed: prompt,
    written: 0,
  });
  const writers = [begin('original', noChange), begin('changed', change)];
  try {
    for (let going = writers; going.length > 0;) {
      const next: Writer[] = [];
      for (const writer of going) {
        const token = await writeToken(writer, model, tokens);
        yield token;
        if (token.end === undefined) next.push(writer);
      }
      going = next;
    }
  } finally {
    for (const { sequence } of writers) sequence.close();
  }
}

async function writeToken(writer: Writer, { manifest }: AdjustableModel, tokens: number): Promise<WrittenToken> {
  const { side, sequence, stream, ids } = writer;
  const { contextLength, endIds } = manifest.model;
  const started = performance.now();
  const { logits } = await sequence.feed(writer.fed);
  // A weight may be set so that nothing finite is left.
  if (logits.some((logit) => !Number.isFinite(logit)))
    return { side, id: -1, text: stream.end(), end: 'broken', milliseconds: performance.now() - started };
  const id = writer.choose(logits, ids);
  const milliseconds = performance.now() - started;
  if (endIds.includes(id)) return { side, id, text: stream.end(), end: 'end', milliseconds };
  ids.push(id);
  writer.fed = [id];
  writer.written++;
  const text = stream.push(id);
  const end = writer.written >= tokens ? 'tokens' : sequence.length + 1 > contextLength ? 'context' : undefined;
  if (end === undefined) return { side, id, text, milliseconds };
  return { side, id, text: text + stream.end(), end, milliseconds };
}
