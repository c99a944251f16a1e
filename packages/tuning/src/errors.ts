import { LinchpinError } from '@linchpin/errors';
import type { BatchSizes } from '@linchpin/models';
import type { TrainingMemory } from './training-memory.ts';

export function dataUnreadable(file: string, found: string, cause?: unknown): LinchpinError {
  return new LinchpinError({
    code: 'tuning/data-unreadable',
    subject: file,
    found,
    expected: 'a text file, JSONL, or a JSON array; rows are objects with `text`, or with `instruction` and `output`',
    action: 'Correct the file, or give another one.',
    ...(cause === undefined ? {} : { cause }),
  });
}

export function rowUnusable(file: string, row: number, found: string): LinchpinError {
  return new LinchpinError({
    code: 'tuning/row-unusable',
    subject: `${file}, row ${row}`,
    found,
    expected: 'an object with `text`, or with `instruction` and `output` (LLM-Adapters), as strings',
    action: 'Correct the row, or take it out.',
  });
}

export function nothingToTrainOn(files: readonly string[], why: string): LinchpinError {
  return new LinchpinError({
    code: 'tuning/nothing-to-train-on',
    subject: files.join(', '),
    found: why,
    expected: 'at least one example with a token that counts in the loss',
    action: 'Check the data, and whether --max-length cuts examples before their responses.',
  });
}

export function tooFewToHoldOut(examples: number, heldOut: number): LinchpinError {
  return new LinchpinError({
    code: 'tuning/too-few-to-hold-out',
    subject: 'validation',
    found: `${heldOut} examples to hold out of ${examples}`,
    expected: 'fewer than there are',
    action: 'Hold out fewer, or give a file for validation.',
  });
}

export function maxLengthOutOfRange(found: number, contextLength: number): LinchpinError {
  return new LinchpinError({
    code: 'tuning/max-length-out-of-range',
    subject: 'the length of examples',
    found: `${found} tokens`,
    expected: `2 to ${contextLength}, the context of the model`,
    action: 'Give another length, or leave it out.',
  });
}

export function unknownMethod(name: string, near: readonly string[], known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'tuning/unknown-method',
    subject: 'method',
    found: `"${name}"`,
    expected: near.length > 0 ? `one like ${near.join(', ')}` : `one of ${known.join(', ')}`,
    action: '`linchpin ls methods` lists them with their options.',
  });
}

export function nothingTrained(name: string): LinchpinError {
  return new LinchpinError({
    code: 'tuning/nothing-trained',
    subject: `method ${name}`,
    found: 'nothing that is trained',
    expected: 'at least one tensor or block',
    action: 'Choose more with the options of the method.',
  });
}

export function choosesNothing(name: string): LinchpinError {
  return new LinchpinError({
    code: 'tuning/chooses-nothing',
    subject: `method ${name}`,
    found: 'a method that chooses no parts of matrices',
    expected: 'one that does, such as smt',
    action: 'Give another method, or train with this one.',
  });
}

/** Neither a file nor a data set of the folder that there is something to train on of. */
export function unknownData(name: string, folder: string, near: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'tuning/unknown-data',
    subject: 'data',
    found: `"${name}", where no file is, and no ${name}/train.jsonl (or .json, .txt, packed with gzip) in ${folder}`,
    expected: 'the path of a file, or a data set of the folder (--datasets)',
    action: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Check the path, or name another folder.',
  });
}

/** A data set that tasks are scored on: training on it would make its scores worthless. */
export function scoredSplit(name: string, split: string): LinchpinError {
  return new LinchpinError({
    code: 'tuning/scored-split',
    subject: 'data',
    found: `${name}, of which there is the ${split} split, which models are scored on`,
    expected: 'data to train on',
    action: 'Put its training split into the folder as train.jsonl, or give the path of a file.',
  });
}

/** Another process trains into the folder. */
export function alreadyTraining(
  folder: string,
  { host, pid }: Readonly<Record<string, unknown>>,
  lock: string,
): LinchpinError {
  return new LinchpinError({
    code: 'tuning/already-training',
    subject: folder,
    found: `process ${String(pid)} of ${String(host)}, which trains into it`,
    expected: 'a folder that no other process trains into',
    action: `Wait for it, or name another folder; if no such process is there, remove ${lock}.`,
  });
}

/** A setting that would do nothing beside another. */
export function idleSetting(name: string, why: string): LinchpinError {
  return new LinchpinError({
    code: 'tuning/idle-setting',
    subject: `training setting ${name}`,
    found: `a value, although ${why}`,
    expected: 'settings that have an effect',
    action: 'Leave it out.',
  });
}

/** A folder with files that are no training's. */
export function folderTaken(folder: string, others: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'tuning/folder-taken',
    subject: folder,
    found: others.slice(0, 3).join(', '),
    expected: 'an empty folder, or that of a training',
    action: 'Name another folder.',
  });
}

export function recordDamaged(file: string): LinchpinError {
  return new LinchpinError({
    code: 'tuning/record-damaged',
    subject: file,
    found: 'something that is not what a training has written there',
    expected: 'the record of a training',
    action: 'Restore the file, or begin anew (--fresh).',
  });
}

/** A file of a result that has changed since it was written, or is gone. */
export function resultDamaged(file: string, isGone: boolean): LinchpinError {
  return new LinchpinError({
    code: 'tuning/result-damaged',
    subject: file,
    found: isGone ? 'no file that can be read' : 'other contents than those that the training wrote',
    expected: 'the result of the training that training.json tells of',
    action: 'Restore the file, or train anew (--fresh).',
  });
}

/** `wouldFit` is a smaller batch with which the training would fit. */
export function notEnoughMemory(
  memory: TrainingMemory,
  { batch }: { readonly batch: BatchSizes },
  { recompute, wouldFit }: { readonly recompute: boolean; readonly wouldFit: BatchSizes | undefined },
): LinchpinError {
  const { needed, available, ...parts } = memory;
  const named = Object.entries(parts)
    .filter(([, bytes]) => bytes > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, bytes]) => `${mebibytes(bytes)} for ${partNames[name as keyof typeof partNames]}`);
  return new LinchpinError({
    code: 'tuning/not-enough-memory',
    subject: `training with batches of ${batch.rows} × ${batch.rowLength} tokens`,
    found: `${mebibytes(needed)} that it needs (${named.join(', ')}), ${mebibytes(available)} that are free`,
    expected: 'a training that fits in memory',
    action: [
      ...(recompute ? [] : ['Have activations computed again (--recompute).']),
      wouldFit === undefined
        ? 'Train fewer numbers (another method), shorter examples (--max-length), or free memory.'
        : `Give --batch-size ${wouldFit.rows} --accumulation ${Math.ceil(batch.rows / wouldFit.rows)}, which fits and makes the same steps; or shorter examples (--max-length), or a method that trains less.`,
    ].join(' '),
  });
}

const partNames: Readonly<Record<Exclude<keyof TrainingMemory, 'needed' | 'available'>, string>> = {
  weights: 'weights that are not trained',
  trained: 'those that are',
  moments: 'the moments of the optimizer',
  best: 'the best values so far',
  gradients: 'gradients',
  batch: 'what a batch computes',
  evaluation: 'evaluations',
  program: 'the program',
};

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
