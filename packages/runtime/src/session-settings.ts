/** What may be asked of a session, and what is decided of one. */

export interface RuntimeOptions {
  /** What computes, as `chooseDevice` gives it; the CPU when absent. */
  readonly device?: ChosenDevice | undefined;
  /** Threads of one session, at most those that the system grants; OMP_NUM_THREADS or one a physical core when absent. */
  readonly threads?: number | undefined;
  /**
   * How half-precision weights become float32, which the CPU's matrix product needs: once when the session opens (four
   * bytes a weight in memory) or again in every batch (two, a tenth slower, opened at once). Absent: once, where that takes
   * an eighth of the free memory at most.
   */
  readonly castWeights?: CastWeights | undefined;
  /**
   * Into how many stages of layers a model is cut that are in memory one after the other, or `auto` for as few as the device has
   * memory for; all layers are one session when absent.
   */
  readonly stages?: number | 'auto' | undefined;
  /**
   * Whether the weights that a training does not change are packed in memory for their products, which are quicker then, sum in
   * another order, and take the weights' size once more; not when absent. It says nothing of models that are only run.
   */
  readonly packs?: boolean | undefined;
  /** Prefix of a file into which onnxruntime writes a profile. */
  readonly profile?: string | undefined;
  /** Is told after the first run of each session which nodes the device leaves to the CPU; takes the place of `profile`. */
  readonly placement?: PlacementListener | undefined;
}

export type CastWeights = 'once' | 'every-batch';

/** Nothing is left open: two sessions of one graph with the same settings give the same numbers. */
export interface SessionSettings {
  readonly device: string;
  /** Name and version of what computes, for provenance. */
  readonly engine: string;
  readonly threads: number;
  readonly castWeights: CastWeights;
  /** From 2; absent where all layers are one session. */
  readonly stages?: number;
  readonly packs?: true;
  readonly profile?: string;
  readonly placement?: PlacementListener;
}

/** A device that was asked whether it is there. */
export interface ChosenDevice {
  readonly name: string;
  /** Name and version of what computes, and on what; no two devices have the same, since they do not give the same numbers. */
  readonly engine: string;
  /** Bytes of its own memory; absent where the system does not say, and for the CPU, which maps weights from their files. */
  readonly memory?: number;
}

/** Where the nodes of a session were computed, copies left out. Onnxruntime has fused and folded some of the graph's. */
export interface Placement {
  readonly device: string;
  /** How many nodes the device computes. */
  readonly nodes: number;
  /** How many the CPU computes instead, by operator; of a session on the CPU none. */
  readonly onCpu: ReadonlyMap<string, number>;
  /** Tensors that cross from one to the other in a run. */
  readonly copies: number;
}

/** Whoever is told, and a folder for profiles, which are removed once they were read. */
export interface PlacementListener {
  readonly folder: string;
  readonly tell: (placement: Placement) => void;
}
