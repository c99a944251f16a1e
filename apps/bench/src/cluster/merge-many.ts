/** Merges the exported work of very many cells, and says what it took. Run as a process of its own: `merge-many.ts CELLS FOLDER`. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import process, { argv, resourceUsage, stdout } from 'node:process';
import { crc32 } from 'node:zlib';
import { mergeSources, type Plan, syntheticPlan, writeWorkFile } from '@linchpin/cluster';
import { makeFolder } from '@linchpin/report';
import type { Carried, CarriedBatch } from '@linchpin/run-store';

const cells = Number(argv[2]);
const folder = argv[3]!;
const cellsOfFile = 1000;

/** One batch a cell: what is merged is the number of cells. */
const made = syntheticPlan({ models: cells / 200, chains: 20, tasks: 10 });
const plan: Plan = { ...made, cells: made.cells.map((cell) => ({ ...cell, unit: 'batch', units: 1 })) };
const work = join(folder, 'work');
await makeFolder(work);
for (let first = 0; first < cells; first += cellsOfFile) {
  writeWorkFile(
    join(work, `shard-${1 + first / cellsOfFile}-of-${cells / cellsOfFile}.work.gz`),
    plan.id,
    carried(first),
  );
}
const before = resourceUsage().maxRSS;
const begun = performance.now();
const merged = mergeSources({ sources: [work], store: join(folder, 'merged'), plan });
const seconds = (performance.now() - begun) / 1000;
stdout.write(
  JSON.stringify({
    cells,
    added: merged.added,
    missing: merged.missing.length,
    seconds,
    mebibytesBefore: before / 1024,
    mebibytes: resourceUsage().maxRSS / 1024,
  }),
);
process.exitCode = merged.added === cells && merged.missing.length === 0 ? 0 : 1;

function* carried(first: number): Generator<Carried, void, void> {
  for (let cell = first; cell < first + cellsOfFile; cell++) {
    const batch = batchOf(cell);
    yield { kind: 'batch', batch };
    yield { kind: 'unit', unit: { plan: plan.id, cell, unit: 0, keys: batch.key } };
  }
}

/** 16 scored tokens. */
function batchOf(cell: number): CarriedBatch {
  const log_probabilities = new Uint8Array(
    Float32Array.from({ length: 16 }, (_, at) => -((cell + at) % 97) / 7).buffer,
  );
  const greedy_ids = new Uint8Array(Int32Array.from({ length: 16 }, (_, at) => (cell * 31 + at) % 32_000).buffer);
  const key = new Uint8Array(createHash('sha256').update(String(cell)).digest());
  const checksum = crc32(greedy_ids, crc32(log_probabilities));
  return { key, log_probabilities, greedy_ids, unresolved: null, activations: null, checksum, origin: null };
}
