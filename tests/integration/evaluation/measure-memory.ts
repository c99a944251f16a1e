/**
 * Evaluates PIQA and prints, as JSON, the memory at some numbers of items: node --expose-gc measure-memory.ts MODEL DATASETS
 * ITEMS…. Collecting garbage takes time, so that it is done at a few items before each number only; the least of them
 * counts, because more or fewer batches may be under way.
 */
import process from 'node:process';
import { openHarness } from '@linchpin/harness';

export interface MemoryAt {
  readonly items: number;
  /** Bytes that are alive, in the heap and in buffers beside it. */
  readonly alive: number;
  /** Bytes that the process has. */
  readonly resident: number;
}

const [, , model = '', folder = '', ...marks] = process.argv;
const every = 50;
const readings = 8;

const memory = marks.map(Number).map((items): MemoryAt => ({ items, alive: Infinity, resident: 0 }));
let done = 0;

function onItem(): void {
  done++;
  const at = memory.findIndex(({ items }) => done <= items && done > items - every * readings);
  if (at < 0 || done % every !== 0) return;
  globalThis.gc!();
  const { heapUsed, external, rss } = process.memoryUsage();
  const before = memory[at]!;
  memory[at] = {
    ...before,
    alive: Math.min(before.alive, heapUsed + external),
    resident: Math.max(before.resident, rss),
  };
}

// Small batches, so that several have gone by at the first number.
const harness = await openHarness({ datasets: folder, batchTokens: 512 });
try {
  await harness.evaluate(await harness.open(model), { tasks: ['piqa'], bos: 'never', onItem });
} finally {
  await harness.close();
}
process.stdout.write(JSON.stringify(memory));
