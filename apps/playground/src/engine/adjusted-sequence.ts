/** A text that a changed model reads and writes, token by token, with what the graph keeps from step to step. */
import { internalError } from '@linchpin/errors';
import type { PlaygroundManifest } from '@linchpin/playground';
import { stepInputs, stepOutputs } from '@linchpin/plugin-api';
import { type Change, type EditedRow, editedRows, type Fed, rowFeeds } from './adjustment.ts';
import { tokensUnsettled } from './errors.ts';

/** What a run gives: values that were asked for, and whatever the session's own kind of tensor is for those that go on. */
export interface RunOutputs {
  /** float32 values in this process's memory. */
  floats(name: string): Promise<Float32Array>;
  /** To be fed again as it is. */
  kept(name: string): unknown;
}

/** A session of onnxruntime, of whatever kind. `past` holds what `kept` gave. */
export interface Session {
  run(feeds: Readonly<Record<string, Fed>>, past: Kept, fetches: readonly string[]): Promise<RunOutputs>;
  /** Of what `kept` gave; it is not fed again. */
  free(past: Kept): void;
}

/** By names of inputs. */
type Kept = Readonly<Record<string, unknown>>;

export interface AdjustableModel {
  readonly manifest: PlaygroundManifest;
  /** All of them, as the files have them. */
  readonly weights: Uint8Array;
  readonly session: Session;
}

export interface FeedOptions {
  /** Logits of every token that is fed, not of the last one alone. */
  readonly all?: boolean;
  /** Names of outputs that are wanted besides. */
  readonly outputs?: readonly string[];
  /** Nothing follows: keys and values are not kept. */
  readonly isLast?: boolean;
}

export interface Read {
  /** float32 [tokens that were asked for, vocabulary] */
  readonly logits: Float32Array;
  readonly outputs: ReadonlyMap<string, Float32Array>;
}

/** Most runs of a prompt in which the tokens settle that keep their channel. */
const mostPasses = 6;

export class AdjustedSequence {
  readonly #model: AdjustableModel;
  readonly #rows: readonly EditedRow[];
  /** Edited rows whose channel is kept at one token, by their place among the rows. */
  readonly #restored: readonly number[];
  /** For every edited row the position of that token, −1 for none yet, and the magnitude that its channel has there. */
  #kept: number[];
  #magnitudes: number[];
  #past: Kept | undefined;
  #ids: number[] = [];

  constructor(model: AdjustableModel, { edits, restores }: Change) {
    this.#model = model;
    this.#rows = editedRows(model.manifest, model.weights, edits);
    const { matrices } = model.manifest;
    this.#restored = restores
      ? [...this.#rows.keys()].filter((index) => matrices[this.#rows[index]!.matrix]!.unedited !== undefined)
      : [];
    this.#kept = this.#rows.map(() => -1);
    this.#magnitudes = this.#rows.map(() => 0);
  }

  get length(): number {
    return this.#ids.length;
  }

  /** Positions of the tokens at which edited channels of MLP outputs are what they are without edits. */
  get restoredPositions(): readonly number[] {
    return this.#restored.map((index) => this.#kept[index]!);
  }

  /** Adds tokens, at least one; gives the logits of what follows. */
  async feed(ids: readonly number[], options: FeedOptions = {}): Promise<Read> {
    const before = this.#ids.length;
    if (this.#restored.length === 0) return await this.#run(ids, options);
    const past = this.#past;
    let read = await this.#run(ids, options);
    if (this.#settles(read, before)) return read;
    if (past !== undefined && options.all === true) throw internalError('every logit of a text that is read in parts');
    // Another token has the largest value now: what was computed of the tokens before depends on it.
    const whole = this.#ids;
    for (let pass = 0; pass < mostPasses; pass++) {
      this.close();
      this.#ids = [];
      read = await this.#run(whole, options);
      if (this.#settles(read, 0)) return read;
    }
    this.close();
    throw tokensUnsettled(mostPasses);
  }

  /** Frees what is kept for further tokens. */
  close(): void {
    if (this.#past !== undefined) this.#model.session.free(this.#past);
    this.#past = undefined;
  }

  async #run(ids: readonly number[], { all = false, outputs = [], isLast = false }: FeedOptions): Promise<Read> {
    const { manifest, session } = this.#model;
    const before = this.#ids.length;
    const past = this.#past ?? {};
    const feeds = {
      ...tokenFeeds(ids, before, all),
      ...rowFeeds(manifest.matrices, this.#rows, this.#kept),
      ...(this.#past === undefined ? emptyPast(manifest) : {}),
    };
    const wanted = [...new Set([...outputs, ...this.#watched()])];
    const cache = isLast ? [] : manifest.cache;
    const kept = cache.map(({ present }) => present);
    const given = await session.run(feeds, past, [stepOutputs.logits, ...wanted, ...kept]);
    const values = new Map<string, Float32Array>();
    for (const name of wanted) values.set(name, await given.floats(name));
    const logits = await given.floats(stepOutputs.logits);
    this.close();
    if (!isLast) this.#past = Object.fromEntries(cache.map((tensor) => [tensor.past, given.kept(tensor.present)]));
    this.#ids = [...this.#ids, ...ids];
    return { logits, outputs: values };
  }

  /** Outputs that tell where the channels of restored rows are largest. */
  #watched(): string[] {
    return this.#restored.map((index) => this.#model.manifest.matrices[this.#rows[index]!.matrix]!.unedited!);
  }

  /** Notes the tokens with the largest values, the first on ties; gives whether they are those that the run kept. */
  #settles({ outputs }: Read, from: number): boolean {
    const kept = [...this.#kept];
    for (const index of this.#restored) {
      const { matrix, slot } = this.#rows[index]!;
      const values = outputs.get(this.#model.manifest.matrices[matrix]!.unedited!)!;
      const slots = values.length / (this.#ids.length - from);
      if (from === 0) [kept[index], this.#magnitudes[index]] = [-1, -1];
      for (let token = from; token < this.#ids.length; token++) {
        const magnitude = Math.abs(values[(token - from) * slots + slot]!);
        if (magnitude > this.#magnitudes[index]!) [kept[index], this.#magnitudes[index]] = [token, magnitude];
      }
    }
    const isSettled = kept.every((position, index) => position === this.#kept[index]);
    this.#kept = kept;
    return isSettled;
  }
}

/** One sequence: every token sees those before it and itself. */
function tokenFeeds(ids: readonly number[], before: number, all: boolean): Record<string, Fed> {
  const count = ids.length;
  const keys = before + count;
  const visible = new Uint8Array(count * keys);
  for (let token = 0; token < count; token++) visible.fill(1, token * keys, token * keys + before + token + 1);
  const scored = all ? Int32Array.from(ids.keys()) : Int32Array.of(count - 1);
  return {
    [stepInputs.tokenIds]: { type: 'int32', data: Int32Array.from(ids), dims: [count] },
    [stepInputs.positions]: { type: 'int64', data: wholeNumbers(before, count), dims: [count, 1] },
    [stepInputs.visible]: { type: 'bool', data: visible, dims: [1, count, keys] },
    [stepInputs.keyPositions]: { type: 'int64', data: wholeNumbers(0, keys), dims: [1, keys] },
    [stepInputs.scoredTokens]: { type: 'int32', data: scored, dims: [scored.length] },
  };
}

function wholeNumbers(first: number, count: number): BigInt64Array {
  return BigInt64Array.from({ length: count }, (_, index) => BigInt(first + index));
}

function emptyPast({ cache }: PlaygroundManifest): Record<string, Fed> {
  return Object.fromEntries(
    cache.map(({ past, width }): [string, Fed] => [
      past,
      { type: 'float32', data: new Float32Array(), dims: [1, 0, width] },
    ]),
  );
}
