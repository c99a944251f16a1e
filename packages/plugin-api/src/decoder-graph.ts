import type { Graph } from '@linchpin/onnx';
import type { InterventionRemark, Parameter } from './intervention.ts';
import type { CachedTensor } from './cached-tensor.ts';

/** What holds of a laid model however it is fed. */
export interface LaidFacts {
  readonly graph: Graph;
  /** Absolute path of the folder that the locations of external weights are relative to. */
  readonly weightFolder: string;
  readonly contextLength: number;
  readonly vocabularySize: number;
  /** Names of the values that enter the layers, float32 [tokens, hidden], in the layers' order; absent where the graph cannot be cut. */
  readonly layerInputs?: readonly string[];
  /** Elements of the weights that are stored in half precision and cast in the graph. */
  readonly halfPrecisionElements: number;
  /** Entries of weights that interventions changed. */
  readonly changedWeights: number;
  /** What has to be known of the interventions; nothing when absent. */
  readonly remarks?: readonly InterventionRemark[];
  /** Run-time numbers, each an input of the graph (see parameterInput). */
  readonly parameters: readonly Parameter[];
  /** How products with weights are executed: `float32` or half precision, and the names of the executions that interventions chose. */
  readonly execution: string;
  /**
   * Removes files that were made for this graph alone, once its sessions are closed; again, it does nothing. Whoever opens
   * the graph calls it at the end; that of the process does so, too.
   */
  readonly removeFiles?: () => Promise<void>;
}

/** A model ready to be run: what `models` lays and `runtime` opens. */
export interface DecoderGraph extends LaidFacts {
  /** Sites whose activations are among the outputs. */
  readonly readSites: readonly string[];
  /** Whether the graph has the output `unresolved`. */
  readonly mayBeUnresolved: boolean;
  /** Whether every request must be a row of its own (see EditableModel.isolateSequences). */
  readonly isolatesSequences: boolean;
  /**
   * Keys and values of tokens before the batch, which a run takes, and those of its own tokens, which it gives. Absent where
   * the graph takes none: it was not laid to, or an edit looks across a whole request.
   */
  readonly prefix?: readonly CachedTensor[];
  /** Absent where the graph takes no part in a comparison. */
  readonly comparison?: ComparisonRole;
}

/**
 * The part of a graph in a comparison of two on the same batches: a `reference` gives its whole distributions as an
 * output, a `compared` graph takes them as an input and gives how far its own lie from them.
 */
export type ComparisonRole = 'reference' | 'compared';

/** Names under which a packed batch is fed (see PackedBatch for what each holds). */
export const graphInputs = {
  tokenIds: 'token_ids', // int32 [tokens]
  positions: 'positions', // int64 [tokens, 1]
  subtreeEnds: 'subtree_ends', // int32 [rows, row_length]
  scoredTokens: 'scored_tokens', // int32 [scored]
  targets: 'targets', // int64 [targets, 2]: index of the scored token, id that follows
  prefixPositions: 'prefix_positions', // int64 [rows, past]; of graphs that take a prefix
  keptTokens: 'kept_tokens', // int64 [1]: of how many of the first tokens keys and values are given; of such graphs
  referenceDistributions: 'reference_distributions', // float32 [scored, vocabulary], ln p; of compared graphs
} as const;

export const graphOutputs = {
  logProbabilities: 'log_probabilities', // float32 [targets]
  greedyIds: 'greedy_ids', // int64 [scored]
  unresolved: 'unresolved', // bool [tokens]
  distributions: 'distributions', // float32 [scored, vocabulary], ln p; of references
  divergences: 'divergences', // float32 [scored], KL(reference ‖ own) in nats; of compared graphs
} as const;

/** Name of the output that holds the activation of a site. */
export function activationOutput(site: string): string {
  return `activation:${site}`;
}

/** Name of the input that a parameter is fed under: float32 []. */
export function parameterInput(name: string): string {
  return `parameter:${name}`;
}
