import { LinchpinError } from '@linchpin/errors';

/** Something stands where the export is to stand. */
export function targetTaken(out: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'exporting/target-taken',
    subject: out,
    found,
    expected: 'a folder that is not there yet, or is empty',
    action: 'Name another folder, or say that the one that is there is to be replaced (--force).',
  });
}

/** A folder that is to be replaced and is no exported model, so that too much could be lost. */
export function targetIsNoModel(out: string, names: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'exporting/target-is-no-model',
    subject: out,
    found: `a folder with ${names.slice(0, 3).join(', ')}`,
    expected: 'a folder of a model, with a config.json, or an empty one: nothing else is replaced',
    action: 'Name another folder, or remove this one yourself.',
  });
}

/** The folder that is to be replaced holds what is to be exported. */
export function targetHoldsSource(out: string, source: string): LinchpinError {
  return new LinchpinError({
    code: 'exporting/target-holds-source',
    subject: out,
    found: `the model itself, ${source}`,
    expected: 'a folder apart from the model that is exported',
    action: 'Name another folder.',
  });
}

export function cannotExport(out: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'exporting/cannot-write',
    subject: out,
    found: cause instanceof Error ? cause.message : String(cause),
    expected: 'a place that a model can be written to',
    action: 'Make room or correct the permissions; nothing was left behind.',
    cause,
  });
}

export function unknownFormat(found: string, known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'exporting/unknown-format',
    subject: 'the format of an export',
    found: `"${found}"`,
    expected: `one of ${known.join(', ')}`,
    action: 'Choose one of them.',
  });
}

export function unknownDType(format: string, found: string, known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'exporting/unknown-dtype',
    subject: `the dtype of an export to ${format}`,
    found: `"${found}"`,
    expected: `one of ${known.join(', ')}`,
    action: 'Choose one of them; of ONNX several can be written into one folder, separated by commas.',
  });
}

const inBlocks = 'in exports to onnx in q8 or q4 alone, whose weights stand in blocks';

/** What takes a setting that others do not. */
const takers: Readonly<Record<'dtypes' | 'block' | 'holdOut' | 'context', string>> = {
  dtypes: 'several of them in exports to onnx alone',
  block: inBlocks,
  holdOut: inBlocks,
  context: 'in exports to onnx alone; a checkpoint has that of its config',
};

/** A setting that an export would ignore. */
export function withoutEffect(setting: keyof typeof takers, value: unknown, exported: string): LinchpinError {
  return new LinchpinError({
    code: 'exporting/without-effect',
    subject: `the setting ${setting}`,
    found: `${String(value)}, for an export to ${exported}`,
    expected: takers[setting],
    action: 'Leave it out, or choose that format and dtype.',
  });
}

/** A file of encoded weights that somebody has shortened since it was opened. */
export function dataCutShort(file: string, end: number, needed: number): LinchpinError {
  return new LinchpinError({
    code: 'exporting/data-cut-short',
    subject: file,
    found: `an end at byte ${end}`,
    expected: `encoded weights up to byte ${needed}`,
    action: 'Remove the file; it is made again by the next export.',
  });
}

/** A value that float16 cannot hold. */
export function beyondFloat16(name: string, value: number): LinchpinError {
  return new LinchpinError({
    code: 'exporting/beyond-float16',
    subject: name,
    found: `the value ${value}`,
    expected: 'values of at most 65504, which float16 can hold',
    action: 'Export in fp32.',
  });
}
