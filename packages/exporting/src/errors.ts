import { LinchpinError } from '@linchpin/errors';

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

export function unknownName(kind: 'format' | 'dtype', found: string, known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: `exporting/unknown-${kind}`,
    subject: `the ${kind} of an export`,
    found: `"${found}"`,
    expected: `one of ${known.join(', ')}`,
    action: 'Choose one of them.',
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

/** Of the command. */
const flags: typeof takers = {
  dtypes: '--dtype',
  block: '--block',
  holdOut: '--hold-out or --no-hold-out',
  context: '--context',
};

/** A setting that an export would ignore. */
export function withoutEffect(setting: keyof typeof takers, value: unknown, exported: string): LinchpinError {
  return new LinchpinError({
    code: 'exporting/without-effect',
    subject: `the setting ${setting} (${flags[setting]})`,
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
