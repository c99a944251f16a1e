/** A model laid to be trained: what `models` lays, `runtime` opens and `training` runs. */
import type { MatrixBlock } from '@linchpin/autodiff';
import type { LaidFacts } from './decoder-graph.ts';

/** What a training graph is fed with besides token ids, positions, subtree ends, scored tokens and trained tensors. */
export const trainingInputs = {
  targets: 'target_ids', // int64 [scored]: the id that follows each scored token
  weights: 'target_weights', // float32 [scored]: what each of them counts in the loss
} as const;

export interface TrainingGraph extends LaidFacts {
  /** The output with the loss: float32 []. */
  readonly loss: string;
  readonly trained: readonly TrainedTensor[];
}

/** A tensor that every run of a training graph is fed with. */
export interface TrainedTensor {
  /** Also that of the input. */
  readonly name: string;
  /** Matrices are [out, in], however the checkpoint stores them. */
  readonly shape: readonly number[];
  /** The output with its gradient: of the shape, or of blocks float32 [blocks · rows, columns], one below the other. Absent where only the loss is laid. */
  readonly gradient?: string;
  /** What is trained of the matrix; all of it when absent. */
  readonly blocks?: readonly MatrixBlock[];
}

/** Sequences with the tokens that count in the loss; one a row, padded at its end. Token t of row r has the flat index `r · rowLength + t`. */
export interface TrainingBatch {
  readonly rows: number;
  readonly rowLength: number;
  readonly tokenIds: Int32Array; // [rows × rowLength]
  readonly positions: Int32Array; // [rows × rowLength]
  /** Index in the row, one past the end of its sequence; a token of padding ends behind itself. */
  readonly subtreeEnds: Int32Array; // [rows × rowLength]
  /** Flat indices of the tokens whose next one is a target, ascending. */
  readonly scoredTokens: Int32Array; // [scored]
  readonly targetIds: Int32Array; // [scored]
  /** What each target counts in the loss. */
  readonly targetWeights: Float32Array; // [scored]
  /** Other inputs of the loss, by name: the distributions of a second model, for example. */
  readonly others?: ReadonlyMap<string, { readonly values: Float32Array; readonly shape: readonly number[] }>;
}

export interface BatchGradients {
  readonly loss: number;
  /** One a trained tensor, in their order, of its shape or of its blocks; whoever asked may change them. None where only the loss is laid. */
  readonly gradients: readonly Float32Array[];
}

/** Runs a training graph. The runtime implements it with onnxruntime; tests with a toy. */
export interface GradientExecutor {
  readonly trained: readonly TrainedTensor[];
  /** `values` are whole tensors, one a trained tensor, in their order: changed in place between runs, never copied. */
  run(batch: TrainingBatch, values: readonly Float32Array[]): Promise<BatchGradients>;
  /** Frees whatever was opened for the executor; may be called again. */
  release(): Promise<void>;
}
