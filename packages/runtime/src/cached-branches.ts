/**
 * Sequences of a model that keeps keys and values. The branches of one prompt share a row of keys: those of the prompt once,
 * then those of every token that was written behind it, and each branch sees the keys of its own path. So nothing is
 * reordered when branches end or split, and the prompt is neither computed nor kept again. Rows of several prompts stand in
 * one stack, which a run takes and gives as it is. It is laid anew, without the keys that nobody sees any more, when other
 * rows come together or when most of it is of no use.
 */
import { internalError } from '@linchpin/errors';
import type { CachedTensor, Growth, TokenBranches } from '@linchpin/plugin-api';
import type { InferenceSession } from 'onnxruntime-node';
import { onnxruntime } from './onnxruntime.ts';
import type { LogitsOf, StepRun, StepTokens } from './step-run.ts';

/** Keys and values of several rows, by the names of the inputs that take them: float32 [rows, keys, width] each. */
interface Stack {
  readonly feeds: InferenceSession.FeedsType;
  readonly keys: number;
  readonly rows: readonly CachedBranches[];
}

export class CachedBranches implements TokenBranches {
  length = 0;
  /** The keys that each branch sees, by their places in the row. */
  paths: readonly Int32Array[] = [new Int32Array()];
  /** Positions of the row's keys; 0 of those that nobody sees. */
  positions: number[] = [];
  stack: Stack | undefined;
  row = 0;

  get count(): number {
    return this.paths.length;
  }
}

interface CachedRun {
  readonly run: StepRun;
  readonly logitsOf: LogitsOf;
  readonly cache: readonly CachedTensor[];
  readonly batchTokens: number;
}

interface RowGrowth extends Growth {
  readonly branches: CachedBranches;
}

/** Those that grow by a token a branch are run together; a text of several tokens is run by itself, and needs no padding. */
export async function growCached(growths: readonly Growth[], run: CachedRun): Promise<Float32Array[][]> {
  const rows = growths.map((growth) => ({ ...growth, branches: cachedOf(growth) }));
  const isStep = ({ branches, next }: RowGrowth): boolean =>
    branches.length > 0 && next.every(({ ids }) => ids.length === 1);
  const together = rows.filter(isStep);
  const logits = new Map<RowGrowth, Float32Array[]>();
  for (const row of rows) if (!isStep(row)) logits.set(row, await growInParts(row, run));
  if (together.length > 0)
    (await growRows(together, run)).forEach((ofRow, index) => logits.set(together[index]!, ofRow));
  return rows.map((row) => logits.get(row)!);
}

function cachedOf({ branches }: Growth): CachedBranches {
  if (!(branches instanceof CachedBranches)) throw internalError('branches of another model');
  return branches;
}

async function growInParts({ branches, next }: RowGrowth, run: CachedRun): Promise<Float32Array[]> {
  const length = next[0]!.ids.length;
  const size = Math.max(1, Math.floor(run.batchTokens / next.length));
  let logits: Float32Array[] = [];
  for (let start = 0; start < length; start += size) {
    const part = next.map(({ from, ids }, index) => ({
      from: start === 0 ? from : index,
      ids: ids.slice(start, start + size),
    }));
    [logits] = (await growRows([{ branches, next: part }], run)) as [Float32Array[]];
  }
  return logits;
}

async function growRows(rows: readonly RowGrowth[], { run, logitsOf, cache }: CachedRun): Promise<Float32Array[][]> {
  const branches = rows.map((row) => row.branches);
  // Keys of branches that nobody continues are no longer seen.
  for (const { branches: own, next } of rows) own.paths = next.map(({ from }) => own.paths[from]!);
  const past = usable(branches) ?? restacked(branches, cache);
  const { tokens, paths, counts } = layTokens(rows, past.keys);
  const outputs = await run(tokens, past.feeds);
  const feeds = Object.fromEntries(cache.map(({ past: name, present }) => [name, outputs[present]!]));
  const stack: Stack = { feeds, keys: tokens.keys, rows: branches };
  rows.forEach(({ branches: own, next }, row) => {
    own.length += next[0]!.ids.length;
    own.paths = paths[row]!;
    own.positions = Array.from(tokens.keyPositions.subarray(row * tokens.keys, (row + 1) * tokens.keys));
    own.stack = stack;
    own.row = row;
  });
  const logits = logitsOf(outputs);
  let taken = 0;
  return counts.map((count) => logits.slice(taken, (taken += count)));
}

/** Keys that may be of no use for each one that is, and some more, before a stack is laid anew: it costs about what a step does. */
const [sparePerKey, spareKeys] = [0.5, 64];

/** The stack of exactly these rows, where there is one and most of it is seen. */
function usable(branches: readonly CachedBranches[]): Stack | undefined {
  const { stack } = branches[0]!;
  if (stack === undefined) return undefined;
  const isTheirs = stack.rows.length === branches.length && stack.rows.every((own, row) => own === branches[row]);
  if (!isTheirs || branches.some((own) => own.stack !== stack)) return undefined;
  const seen = Math.max(...branches.map((own) => seenKeys(own).length));
  return stack.keys <= (1 + sparePerKey) * seen + spareKeys ? stack : undefined;
}

/** The keys that some branch sees, ascending. */
function seenKeys({ paths, positions }: CachedBranches): number[] {
  const isSeen = new Uint8Array(positions.length);
  for (const path of paths) for (const key of path) isSeen[key] = 1;
  const seen: number[] = [];
  isSeen.forEach((flag, key) => {
    if (flag === 1) seen.push(key);
  });
  return seen;
}

/** Brings rows together, each with the keys that it needs; shorter ones end with keys that nobody sees. */
function restacked(branches: readonly CachedBranches[], cache: readonly CachedTensor[]): Stack {
  const { Tensor } = onnxruntime();
  const seen = branches.map(seenKeys);
  const keys = Math.max(...seen.map(({ length }) => length));
  const feeds = Object.fromEntries(
    cache.map(({ past, width }) => {
      const all = new Float32Array(branches.length * keys * width);
      branches.forEach(({ stack, row }, index) => {
        if (stack === undefined) return;
        const source = stack.feeds[past]!.data as Float32Array;
        copyKeys(seen[index]!, {
          source: source.subarray(row * stack.keys * width, (row + 1) * stack.keys * width),
          target: all.subarray(index * keys * width),
          width,
        });
      });
      return [past, new Tensor('float32', all, [branches.length, keys, width])];
    }),
  );
  branches.forEach((own, index) => {
    const places = new Map(seen[index]!.map((key, place) => [key, place]));
    own.paths = own.paths.map((path) => path.map((key) => places.get(key)!));
    const positions = Array.from({ length: keys }, () => 0);
    seen[index]!.forEach((key, place) => (positions[place] = own.positions[key]!));
    own.positions = positions;
  });
  return { feeds, keys, rows: branches };
}

/** Runs of keys that follow each other are copied at once. */
function copyKeys(
  keys: readonly number[],
  { source, target, width }: { readonly source: Float32Array; readonly target: Float32Array; readonly width: number },
): void {
  for (let start = 0, end = 1; start < keys.length; start = end++) {
    while (end < keys.length && keys[end] === keys[end - 1]! + 1) end++;
    target.set(source.subarray(keys[start]! * width, (keys[end - 1]! + 1) * width), start * width);
  }
}

interface LaidTokens {
  readonly tokens: StepTokens;
  /** Of each row, what its branches see afterwards. */
  readonly paths: readonly Int32Array[][];
  /** Branches of each row. */
  readonly counts: readonly number[];
}

/** Rows with fewer tokens than others end with tokens that see themselves alone, and that nobody sees. */
function layTokens(rows: readonly RowGrowth[], pastKeys: number): LaidTokens {
  const rowLength = Math.max(...rows.map(({ next }) => next.length * next[0]!.ids.length));
  const keys = pastKeys + rowLength;
  const tokenIds = new Int32Array(rows.length * rowLength);
  const positions = new Int32Array(rows.length * rowLength);
  const keyPositions = new Int32Array(rows.length * keys);
  const visible = new Uint8Array(rows.length * rowLength * keys);
  const scored: number[] = [];
  const paths = rows.map(({ branches, next }, row) => {
    keyPositions.set(branches.positions, row * keys);
    let token = 0;
    const grown = next.map(({ ids }, index) => {
      const before = branches.paths[index]!;
      const path = new Int32Array(before.length + ids.length);
      path.set(before);
      for (const [step, id] of ids.entries()) {
        path[before.length + step] = pastKeys + token;
        const place = row * rowLength + token;
        tokenIds[place] = id;
        positions[place] = branches.length + step;
        keyPositions[row * keys + pastKeys + token] = branches.length + step;
        for (let seen = 0; seen <= before.length + step; seen++) visible[place * keys + path[seen]!] = 1;
        token++;
      }
      scored.push(row * rowLength + token - 1);
      return path;
    });
    for (; token < rowLength; token++) visible[(row * rowLength + token) * keys + pastKeys + token] = 1;
    return grown;
  });
  const tokens = {
    rows: rows.length,
    rowLength,
    keys,
    tokenIds,
    positions,
    visible,
    keyPositions,
    scoredTokens: Int32Array.from(scored),
  };
  return { tokens, paths, counts: rows.map(({ next }) => next.length) };
}
