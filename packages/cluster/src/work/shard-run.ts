/** The share of one shard in a model: batches of its own units are computed, all others are answered by stand-ins. */
import type { DividedBatch, DividedModel, Division } from '@linchpin/execution';
import type { Share } from '../balance/shards.ts';
import { looked } from '../plan/dry-run.ts';
import type { Plan, PlanCell } from '../plan/plan.ts';

/** What is computed of a model. */
export interface ModelShare {
  readonly plan: Pick<Plan, 'cells' | 'machine'>;
  /** Index of the model. */
  readonly model: number;
  readonly shares: readonly Share[];
  /** Units that are known already. */
  readonly isDone: (cell: number, unit: number) => boolean;
  readonly onModel: (model: DividedModel) => Promise<void>;
  /** Called when all batches of a unit are in the store. */
  readonly onUnit: (cell: number, unit: number, keys: readonly Uint8Array[]) => void;
}

interface OpenCell {
  readonly index: number;
  readonly cell: PlanCell;
  readonly shares: readonly Share[];
  batches: number;
  windows: number;
  /** Of the window at work. */
  keys: Uint8Array[];
}

export class ShardRun implements Division {
  readonly processor: string;
  readonly #share: ModelShare;
  /** Cells of the model by their part, and variants with a cell that has a share. */
  readonly #byPart: ReadonlyMap<number, number>;
  readonly #variants: ReadonlySet<number>;
  #variant = 0;
  #part = 0;
  #begun = 0;
  #ended = 0;
  #isInPart = false;
  #open: OpenCell | undefined;
  /** Keys of a whole experiment. */
  #wholeKeys: Uint8Array[] | undefined;

  constructor(share: ModelShare) {
    const { plan, model, shares } = share;
    this.processor = plan.machine.processor;
    this.#share = share;
    this.#byPart = new Map(
      plan.cells.flatMap((cell, index) => (cell.model === model ? [[cell.part, index] as const] : [])),
    );
    this.#variants = new Set(shares.flatMap(({ cell }) => plan.cells[cell]!.variant ?? []));
  }

  async opensModel(model: DividedModel): Promise<void> {
    await this.#share.onModel(model);
  }

  whole(): boolean {
    const index = this.#byPart.get(this.#part++);
    const isOwn = index !== undefined && this.#owned(index).length > 0 && !this.#share.isDone(index, 0);
    if (!isOwn) return false;
    this.#wholeKeys = [];
    this.#open = { index, cell: this.#share.plan.cells[index]!, shares: [], batches: 0, windows: 0, keys: [] };
    return true;
  }

  endWhole(): void {
    this.#share.onUnit(this.#open!.index, 0, this.#wholeKeys!);
    this.#wholeKeys = undefined;
    this.#open = undefined;
  }

  beginVariant(): boolean {
    return this.#wholeKeys !== undefined || this.#variants.has(this.#variant++);
  }

  beginPart(): number | undefined {
    if (this.#wholeKeys !== undefined) return undefined;
    if (this.#ended === this.#begun) {
      [this.#begun, this.#ended] = [0, 0];
      const index = this.#byPart.get(this.#part++);
      const shares = index === undefined ? [] : this.#owned(index);
      this.#open =
        index === undefined || shares.length === 0
          ? undefined
          : { index, cell: this.#share.plan.cells[index]!, shares, batches: 0, windows: 0, keys: [] };
      this.#isInPart = true;
    }
    this.#begun++;
    return this.#open === undefined ? looked : undefined;
  }

  endPart(): void {
    if (this.#wholeKeys !== undefined) return;
    if (++this.#ended < this.#begun) return;
    this.#endWindow();
    this.#open = undefined;
    this.#isInPart = false;
  }

  beginWindow(): void {
    if (this.#wholeKeys !== undefined || this.#open === undefined) return;
    this.#endWindow();
    this.#open.windows++;
  }

  takes(): boolean {
    if (this.#wholeKeys !== undefined || !this.#isInPart) return true;
    const open = this.#open;
    if (open === undefined) return false;
    const unit = open.cell.unit === 'batch' ? open.batches++ : open.windows - 1;
    return this.#isToDo(open, unit);
  }

  has({ keys }: DividedBatch): void {
    if (this.#wholeKeys !== undefined) this.#wholeKeys.push(...keys);
    const open = this.#open;
    if (open === undefined || this.#wholeKeys !== undefined) return;
    if (open.cell.unit === 'batch') this.#share.onUnit(open.index, open.batches - 1, keys);
    else open.keys.push(...keys);
  }

  #owned(index: number): Share[] {
    return this.#share.shares.filter(({ cell }) => cell === index);
  }

  #isToDo({ index, shares }: OpenCell, unit: number): boolean {
    return shares.some(({ first, end }) => unit >= first && unit < end) && !this.#share.isDone(index, unit);
  }

  /** A window is done when the next one begins: what its batches left open has been asked again by then. */
  #endWindow(): void {
    const open = this.#open;
    if (open === undefined || open.cell.unit !== 'window' || open.windows === 0) return;
    if (!this.#isToDo(open, open.windows - 1)) return;
    this.#share.onUnit(open.index, open.windows - 1, open.keys);
    open.keys = [];
  }
}
