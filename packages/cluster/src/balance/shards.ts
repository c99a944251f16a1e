/**
 * Who computes what. Large units that cannot be divided are given out first, the largest first, each to the machine with the
 * least (Graham, "Bounds on Multiprocessing Timing Anomalies", 1969). The rest is poured in up to one level, in the order of
 * models and chains, and cut between two units where a machine is full: so each opens few models, and none is above the level
 * by more than a unit.
 */
import { secondsOf } from '../plan/cost.ts';
import type { Plan } from '../plan/plan.ts';

/** Units of a cell, from `first` up to `end`. */
export interface Share {
  readonly cell: number;
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

export interface Shard {
  readonly shares: readonly Share[];
  /** Of one machine of the plan's kind. */
  readonly seconds: number;
}

type Costed = Pick<Plan, 'cells' | 'models' | 'machine'>;

/** Of what a machine gets, a unit with more than this share is large. */
const largeShare = 1 / 20;

/** Shards for so many machines; some are empty where there are fewer units. */
export function divide(plan: Costed, machines: number): Shard[] {
  const cells = inOrder(plan);
  const total = cells.reduce((sum, { seconds }) => sum + seconds, 0);
  const bound = (largeShare * total) / machines;
  const loads = new Loads(machines);
  const isLarge = ({ seconds, units }: CostedCell): boolean => machines > 1 && seconds / units > bound;
  const large = cells.filter(isLarge).toSorted((a, b) => b.seconds / b.units - a.seconds / a.units);
  for (const { cell, units, seconds } of large) {
    for (let unit = 0; unit < units; unit++) loads.addToLeast({ cell, first: unit, end: unit + 1 }, seconds / units);
  }
  pour(
    cells.filter((cell) => !isLarge(cell)),
    loads,
  );
  return loads.shards();
}

interface CostedCell {
  readonly cell: number;
  readonly units: number;
  readonly seconds: number;
}

/** By model, by chain and by cell, each time the most expensive one first. */
function inOrder(plan: Costed): CostedCell[] {
  const cells = plan.cells.map((cell, index) => ({
    cell: index,
    units: cell.units,
    seconds: secondsOf(plan, cell),
    model: String(cell.model),
    variant: `${cell.model} ${String(cell.variant)}`,
  }));
  const sums = new Map<string, number>();
  for (const { model, variant, seconds } of cells) {
    for (const name of [model, variant]) sums.set(name, (sums.get(name) ?? 0) + seconds);
  }
  const byCost = (a: string, b: string): number => sums.get(b)! - sums.get(a)! || (a < b ? -1 : a > b ? 1 : 0);
  return cells.toSorted(
    (a, b) => byCost(a.model, b.model) || byCost(a.variant, b.variant) || b.seconds - a.seconds || a.cell - b.cell,
  );
}

function pour(cells: readonly CostedCell[], loads: Loads): void {
  const level = loads.levelWith(cells.reduce((sum, { seconds }) => sum + seconds, 0));
  let machine = 0;
  let room = Math.max(0, level - loads.seconds(0));
  for (const { cell, units, seconds } of cells) {
    const unit = seconds / units;
    for (let first = 0; first < units;) {
      // What a machine has too much or too little by, the next one evens out.
      while (room < unit / 2 && machine < loads.machines - 1) room += Math.max(0, level - loads.seconds(++machine));
      const isLast = machine === loads.machines - 1;
      const end = isLast ? units : Math.min(units, first + Math.max(1, Math.round(room / unit)));
      loads.add(machine, { cell, first, end }, unit * (end - first));
      room -= unit * (end - first);
      first = end;
    }
  }
}

/** What every machine has. */
class Loads {
  readonly machines: number;
  readonly #shares: Share[][];
  readonly #seconds: number[];
  /** Machines as a binary heap, the one with the least first. */
  readonly #heap: number[];

  constructor(machines: number) {
    this.machines = machines;
    this.#shares = Array.from({ length: machines }, () => []);
    this.#seconds = Array.from({ length: machines }, () => 0);
    this.#heap = Array.from({ length: machines }, (_, machine) => machine);
  }

  seconds(machine: number): number {
    return this.#seconds[machine]!;
  }

  add(machine: number, share: Share, seconds: number): void {
    const shares = this.#shares[machine]!;
    const last = shares.at(-1);
    if (last?.cell === share.cell && last.end === share.first) shares[shares.length - 1] = { ...last, end: share.end };
    else shares.push(share);
    this.#seconds[machine]! += seconds;
  }

  /** To the machine that has the least; of several the first. */
  addToLeast(share: Share, seconds: number): void {
    const machine = this.#heap[0]!;
    this.add(machine, share, seconds);
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < this.machines && this.#isLess(left, least)) least = left;
      if (right < this.machines && this.#isLess(right, least)) least = right;
      if (least === at) return;
      [this.#heap[at], this.#heap[least]] = [this.#heap[least]!, this.#heap[at]!];
      at = least;
    }
  }

  /** Up to which every machine is filled when so much is poured in; those that have more get nothing. */
  levelWith(seconds: number): number {
    const sorted = this.#seconds.toSorted((a, b) => a - b);
    let below = 0;
    for (let count = 1; count <= sorted.length; count++) {
      below += sorted[count - 1]!;
      const level = (below + seconds) / count;
      if (count === sorted.length || level <= sorted[count]!) return level;
    }
    return 0;
  }

  shards(): Shard[] {
    return this.#shares.map((shares, machine) => ({ shares, seconds: this.#seconds[machine]! }));
  }

  #isLess(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a]!, this.#heap[b]!];
    return (
      this.#seconds[one]! - this.#seconds[other]! < 0 || (this.#seconds[one] === this.#seconds[other] && one < other)
    );
  }
}
