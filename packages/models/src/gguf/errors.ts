import { describeValue, isLinchpinError, LinchpinError } from '@linchpin/errors';
import { listNames } from '../list-names.ts';

/** An architecture whose tensors have no table here. */
export function ggufArchitecture(file: string, found: unknown, known: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'models/gguf-architecture',
    subject: `${file}: general.architecture`,
    found: describeValue(found),
    expected: `one of ${known.join(', ')}`,
    action: 'Take the same model as safetensors or pytorch_model.bin: more architectures open that way.',
  });
}

/** Metadata that are absent, or that say something which cannot be carried out. */
export function ggufField(
  file: string,
  field: string,
  { found, expected }: { readonly found: unknown; readonly expected: string },
): LinchpinError {
  return new LinchpinError({
    code: 'models/gguf-field',
    subject: `${file}: ${field}`,
    found: found === undefined ? 'no such field' : describeValue(found),
    expected,
    action: 'Convert the model again, or take it as safetensors; no value is guessed.',
  });
}

/** Tensors that change what a model computes, and that its family has no place for. */
export function ggufUnusedTensors(file: string, names: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'models/gguf-unused-tensors',
    subject: `${file}: ${names[0]}`,
    found:
      names.length === 1
        ? 'a tensor that the architecture does not use'
        : `${names.length} tensors that the architecture does not use (${listNames(names)})`,
    expected: 'only tensors of the architecture: without these the scores would be of another model',
    action: 'Take the model as safetensors, or a file that its architecture was written for.',
  });
}

/** Errors of a config.json that was made of metadata speak of the metadata, which are what the user has. */
export function inWordsOfMetadata<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isLinchpinError(error)) throw error;
    const { code, subject, found, expected } = error.problem;
    throw new LinchpinError({
      code,
      subject: subject.replace(': config.json: ', ': metadata: '),
      found,
      expected: expected.replaceAll(
        /\bconfig\.json (asks|says)/g,
        (_, verb: string) => `the metadata ${verb.slice(0, -1)}`,
      ),
      action: 'Convert the model again, or take it as safetensors; no value is guessed.',
      cause: error,
    });
  }
}

/** Several models in one folder. */
export function ggufAmbiguous(folder: string, names: readonly string[]): LinchpinError {
  return new LinchpinError({
    code: 'models/gguf-ambiguous',
    subject: folder,
    found: `${names.length} GGUF files (${listNames(names)})`,
    expected: 'one',
    action: 'Give the path of the file itself: --model FOLDER/FILE.gguf.',
  });
}

/** Factors of rotary frequencies that are none of those which config.json can describe. */
export function ggufRopeFactors(file: string, tensor: string): LinchpinError {
  return new LinchpinError({
    code: 'models/gguf-rope-factors',
    subject: `${file}: ${tensor}`,
    found: 'factors that are not those of Llama 3 for an original context of 8192 tokens',
    expected: 'no such tensor, or the factors of Llama 3.1 to 3.3',
    action: 'Take the same model as safetensors, whose config.json says how its frequencies are scaled.',
  });
}
