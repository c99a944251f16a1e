/**
 * How the work of a command is divided between processes, or only counted. The command runs as always; what this process
 * has no share in is answered by stand-ins of the right shape, from which nothing may be concluded. So the batches are those
 * of one process, bit for bit, whatever experiment asks for them, and a plan is a run that computes nothing.
 */
import type { BatchOutput, PackedBatch, ResultRow } from '@linchpin/plugin-api';
import { batchKey } from '@linchpin/run-store';
import type { SessionSettings } from '@linchpin/runtime';

export interface Division {
  /** Under whose name what is computed is remembered, where that is another machine; see `processorName`. */
  readonly processor?: string;
  /** A checkpoint is open; what is thrown ends the command before anything of it is computed. */
  opensModel(model: DividedModel): Promise<void>;
  /**
   * Whether what cannot be divided into parts is run here, with such sessions; nothing of it is where it is not. It is an
   * experiment when `work` is absent.
   */
  whole(session: DividedSession, work?: WholeWork): boolean;
  /** It has been run. */
  endWhole(): void;
  /** Whether the next model under a chain has a part of which something is computed here; without one it is not even laid. */
  beginVariant(): boolean;
  /** A task or corpus begins; gives how many of its items or windows are gone through, all when undefined. */
  beginPart(): number | undefined;
  /** The numbers of a part; those of stand-ins where it is not whole. */
  endPart(rows: readonly ResultRow[]): void;
  /** Questions that are packed together begin. */
  beginWindow(): void;
  /** Whether the outputs of a batch are computed here. */
  takes(batch: DividedBatch): boolean;
  /** The outputs of a batch that was taken are in the store. */
  has(batch: DividedBatch): void;
}

/** A task in which an answer decides the next question. */
export interface WholeWork {
  readonly label: string;
  readonly task: string;
  /** That will be computed, about. */
  readonly tokens: number;
}

/** What a division asks of a checkpoint. */
export interface DividedModel {
  readonly name: string;
  readonly checkpoint: { contentHash(): Promise<string> };
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly dtype: string }>;
  readonly config: {
    readonly vocabularySize: number;
    /** Of a mixture: experts of a layer, and how many of them run on a token. */
    readonly experts?: number;
    readonly expertsPerToken?: number;
  };
}

/** What a plan says of the machines that work on it. */
export type DividedSession = Pick<SessionSettings, 'device' | 'engine' | 'threads'>;

export interface DividedBatch {
  /** One an output. */
  readonly keys: readonly Uint8Array[];
  readonly batch: PackedBatch;
  /** Whether what it gives decides which batches come after it. */
  readonly mayBeUnresolved: boolean;
}

export interface DividedRunner {
  readonly identities: readonly string[];
  readonly mayBeUnresolved: boolean;
  /** One an identity. */
  readonly standIns: (batch: PackedBatch) => readonly BatchOutput[];
  readonly run: (batch: PackedBatch) => Promise<readonly BatchOutput[]>;
}

/** What runs the share of a division, and answers the rest by stand-ins; everything where nothing is divided. */
export function shareOf(
  division: Division | undefined,
  { identities, mayBeUnresolved, standIns, run }: DividedRunner,
): { readonly beginWindow: () => void; readonly run: DividedRunner['run'] } {
  if (division === undefined) return { beginWindow() {}, run };
  return {
    beginWindow: () => division.beginWindow(),
    async run(batch) {
      const divided = { keys: identities.map((identity) => batchKey(identity, batch)), batch, mayBeUnresolved };
      if (!division.takes(divided)) return standIns(batch);
      const outputs = await run(batch);
      division.has(divided);
      return outputs;
    },
  };
}

/** Finite numbers of the right shape. */
export function standIn({ targetIds, scoredTokens }: PackedBatch): BatchOutput {
  return {
    logProbabilities: new Float32Array(targetIds.length).fill(-1),
    greedyIds: new Int32Array(scoredTokens.length),
    activations: new Map(),
  };
}
