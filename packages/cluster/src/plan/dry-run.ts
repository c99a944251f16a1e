/** A run of a command that computes nothing: it lists the cells of a model, with the tokens of each and a digest of its batches. */
import { createHash, type Hash } from 'node:crypto';
import type { DividedBatch, DividedModel, DividedSession, Division, WholeWork } from '@linchpin/execution';
import type { ResultRow } from '@linchpin/plugin-api';
import { keyName } from '@linchpin/run-store';
import type { PlanCell } from './plan.ts';

/** A cell before it is part of a plan: its data by themselves, and what its rows say of how it would be computed. */
export interface FoundCell extends Omit<PlanCell, 'model' | 'data'> {
  readonly rows: readonly ResultRow[];
  /** Undefined where nothing says it. */
  readonly session: Partial<DividedSession> | undefined;
}

/** Which variants and parts are gone through; all when absent. */
export interface WantedParts {
  readonly variants: ReadonlySet<number>;
  readonly parts: ReadonlySet<number>;
}

export interface DryRunOptions {
  readonly processor?: string;
  readonly wanted?: WantedParts;
  /** Asked before anything is done with a checkpoint. */
  readonly onModel?: (model: DividedModel) => Promise<void>;
}

/** With the hash of its content, which cannot be asked for any more once the command has ended. */
export interface OpenedModel extends DividedModel {
  readonly sha256: string;
}

/** Of a part that was not wanted one item is gone through, for whoever reads its rows. */
export const looked = 1;

/** Characters of a digest, six bits each. */
const digestLength = 22;

/** A part, or the parts that are computed together at the points of a sweep. */
interface OpenPart {
  readonly part: number;
  readonly variant: number;
  readonly isWanted: boolean;
  readonly hash: Hash;
  readonly rows: ResultRow[];
  begun: number;
  ended: number;
  tokens: number;
  distributions: number;
  batches: number;
  windows: number;
  mayBeUnresolved: boolean;
}

export class DryRun implements Division {
  readonly processor?: string;
  readonly cells: FoundCell[] = [];
  /** Keys of what was computed all the same, since what comes later depends on it: activation scales, for example. */
  readonly preparations: Map<string, Uint8Array> = new Map();
  readonly models: OpenedModel[] = [];
  readonly #options: DryRunOptions;
  #variants = 0;
  #parts = 0;
  #open: OpenPart | undefined;

  constructor(options: DryRunOptions = {}) {
    this.#options = options;
    if (options.processor !== undefined) this.processor = options.processor;
  }

  async opensModel(model: DividedModel): Promise<void> {
    this.models.push({ ...model, sha256: await model.checkpoint.contentHash() });
    await this.#options.onModel?.(model);
  }

  whole(session: DividedSession, { label, task, tokens }: WholeWork = experiment): boolean {
    const part = this.#parts++;
    const { device } = session;
    this.cells.push({ ...wholeCell, part, label, task, tokens, distributions: tokens, device, session });
    return false;
  }

  endWhole(): void {}

  beginVariant(): boolean {
    const variant = this.#variants++;
    return this.#options.wanted?.variants.has(variant) ?? true;
  }

  beginPart(): number | undefined {
    if (this.#open === undefined || this.#open.ended > 0) this.#begin();
    const open = this.#open!;
    open.begun++;
    return open.isWanted ? undefined : looked;
  }

  endPart(rows: readonly ResultRow[]): void {
    const open = this.#open!;
    open.rows.push(...rows);
    if (++open.ended < open.begun) return;
    if (open.isWanted) this.cells.push(cellOf(open));
    this.#open = undefined;
  }

  beginWindow(): void {
    if (this.#open !== undefined) this.#open.windows++;
  }

  takes({ keys, batch, mayBeUnresolved }: DividedBatch): boolean {
    const open = this.#open;
    if (open === undefined) return true;
    for (const key of keys) open.hash.update(key);
    open.tokens += batch.rows * batch.rowLength;
    open.distributions += batch.scoredTokens.length;
    open.batches++;
    open.mayBeUnresolved ||= mayBeUnresolved;
    return false;
  }

  has({ keys }: DividedBatch): void {
    for (const key of keys) this.preparations.set(keyName(key), key);
  }

  #begin(): void {
    const part = this.#parts++;
    this.#open = {
      part,
      // A sweep is no variant by itself: everything of it is computed with one opening of the model.
      variant: Math.max(0, this.#variants - 1),
      isWanted: this.#options.wanted?.parts.has(part) ?? true,
      hash: createHash('sha256'),
      rows: [],
      begun: 0,
      ended: 0,
      tokens: 0,
      distributions: 0,
      batches: 0,
      windows: 0,
      mayBeUnresolved: false,
    };
  }
}

/** Nobody knows before what an experiment asks that decides by what it has found: about a table's task. */
const experiment: WholeWork = { label: 'all of it', task: 'experiment', tokens: 100_000 };

const wholeCell: Omit<FoundCell, 'part' | keyof WholeWork | 'distributions' | 'device' | 'session'> = {
  variant: null,
  batches: 0,
  unit: 'whole',
  units: 1,
  digest: '',
  rows: [],
};

function cellOf({ part, variant, rows, hash, mayBeUnresolved, ...counted }: OpenPart): FoundCell {
  const { tokens, distributions, batches, windows } = counted;
  const labels = [...new Set(rows.map(({ label }) => label))];
  const label = labels.length > 2 ? `${labels[0]} … ${labels.at(-1)}` : labels.join(', ');
  const [row] = rows;
  return {
    variant,
    part,
    label,
    task: row?.task ?? '',
    device: row?.device ?? 'cpu',
    tokens,
    distributions,
    batches,
    ...(mayBeUnresolved
      ? { unit: 'window', units: Math.max(1, windows) }
      : { unit: 'batch', units: Math.max(1, batches) }),
    digest: hash.digest('base64url').slice(0, digestLength),
    rows,
    session: row,
  };
}
