import { LinchpinError } from '@linchpin/errors';

/** Neither the name of a calibration text nor a file. */
export function unknownCalibration(found: string, near: readonly string[], known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'calibration/unknown-calibration',
    subject: '--calibration',
    found: `"${found}", where no file is`,
    expected: `${known.join(', ')}, the path of a text or JSONL file, or a safetensors or .pt file with scales`,
    action: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Check the path.',
  });
}

/** A pickle that is no file of torch.save: reading it means running what it says. */
export function pickledScales(file: string): LinchpinError {
  return new LinchpinError({
    code: 'calibration/pickled-scales',
    subject: file,
    found: 'a file by whose name it is a bare pickle, which is a program and not only data',
    expected: 'a safetensors file, or a .pt file of torch.save: by module name one vector of its input channels',
    action: 'Convert it: safetensors.torch.save_file(torch.load(file), "scales.safetensors").',
  });
}

/** A file of scales that cannot be those of the model. */
export function scalesUnfit(file: string, key: string, found: string, expected: string): LinchpinError {
  return new LinchpinError({
    code: 'calibration/scales-unfit',
    subject: `${file}: ${key}`,
    found,
    expected,
    action: 'Use scales that were made of this model, or leave the flag out to measure them.',
  });
}

/** A file of scales, or a text, that cannot be read. */
export function calibrationNotReadable(file: string, cause: unknown): LinchpinError {
  return new LinchpinError({
    code: 'calibration/calibration-not-readable',
    subject: `--calibration ${file}`,
    found: `that it cannot be read (${cause instanceof Error ? cause.message : String(cause)})`,
    expected: 'a readable file of scales or text',
    action: 'Check the path and who may read it.',
    cause,
  });
}

/** A text that gives no sample. */
export function noSamples(file: string): LinchpinError {
  return new LinchpinError({
    code: 'calibration/no-samples',
    subject: `--calibration ${file}`,
    found: 'no document with a token',
    expected: 'at least one document of text',
    action: 'Use another text.',
  });
}

/** An activation that is not finite, or that the model does not have under that name. */
export function channelNotFinite(site: string, channel: number): LinchpinError {
  return new LinchpinError({
    code: 'calibration/channel-not-finite',
    subject: site,
    found: `NaN or an infinity in channel ${channel}`,
    expected: 'finite activations on the calibration text',
    action: 'The checkpoint holds NaN, infinite or far too large values; check its weights.',
  });
}

/** Flags of a text, or of scales to be written, beside scales that are read. */
export function idleBesideScales(file: string): LinchpinError {
  return new LinchpinError({
    code: 'calibration/flag-not-taken',
    subject: `--calibration ${file}`,
    found: '--calibration-samples, --calibration-tokens or --save-calibration beside it',
    expected: 'none of them: the scales are there already, and nothing is measured',
    action: 'Leave them out, or name a text.',
  });
}
