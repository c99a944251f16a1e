/** Runs exported decoders as any program would: ids, a mask and positions in, logits, keys and values out. */
import { logSoftmax } from '@linchpin/testing';
import { InferenceSession, Tensor } from 'onnxruntime-node';

export interface ExportedStep {
  /** Rows of equal length; 0 stands for padding, which stands first. */
  readonly rows: readonly (readonly number[])[];
  /** Of every token so far, padding 0. */
  readonly mask: readonly (readonly number[])[];
}

export class ExportedModel {
  readonly session: InferenceSession;
  #cache: Record<string, Tensor> = {};

  constructor(session: InferenceSession) {
    this.session = session;
  }

  static async open(file: string): Promise<ExportedModel> {
    return new ExportedModel(await InferenceSession.create(file, { intraOpNumThreads: 1 }));
  }

  /** Forgets what was fed. */
  reset(): void {
    this.#cache = {};
  }

  /** ln p of every id after every token that is fed, row by row: float32 [tokens of all rows][vocabulary]. */
  async feed({ rows, mask }: ExportedStep): Promise<Float32Array[]> {
    const total = mask[0]!.length;
    const length = rows[0]!.length;
    // As transformers counts them: padding has the position 1.
    const positions = mask.flatMap((row) =>
      row
        .map((seen, at) => (seen === 0 ? 1 : row.slice(0, at).reduce((sum, each) => sum + each, 0)))
        .slice(total - length),
    );
    const feeds: Record<string, Tensor> = {
      input_ids: integers(rows.flat(), [rows.length, length]),
      attention_mask: integers(mask.flat(), [rows.length, total]),
      position_ids: integers(positions, [rows.length, length]),
    };
    const inputs = new Set(this.session.inputNames);
    for (const name of inputs)
      if (name.startsWith('past')) feeds[name] = this.#cache[name] ?? this.#empty(name, rows.length);
    const fed = Object.fromEntries(Object.entries(feeds).filter(([name]) => inputs.has(name)));
    const results = await this.session.run(fed);
    for (const [name, value] of Object.entries(results))
      if (name.startsWith('present')) this.#cache[name.replace('present', 'past_key_values')] = value;
    const logits = results['logits']!;
    const [, , vocabulary] = logits.dims as [number, number, number];
    return Array.from({ length: rows.length * length }, (_, at) =>
      Float32Array.from(
        logSoftmax([...(logits.data as Float32Array).subarray(at * vocabulary, (at + 1) * vocabulary)]),
      ),
    );
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  #empty(name: string, rows: number): Tensor {
    const { shape } = this.session.inputMetadata.find((each) => each.name === name) as unknown as {
      readonly shape: readonly (number | string)[];
    };
    const dims = shape.map((size) => (typeof size === 'number' ? size : size === 'batch_size' ? rows : 0));
    return new Tensor('float32', new Float32Array(0), dims);
  }
}

function integers(values: readonly number[], dims: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
}
