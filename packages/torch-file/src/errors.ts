import { dirname, join } from 'node:path';
import { LinchpinError } from '@linchpin/errors';

const expected = 'a dictionary of tensors that torch.save wrote in PyTorch 1.6 or newer, with its default protocol';

/** Python that can be pasted: the tensors of a dictionary, or of a training's in which they lie, without what else is there. */
function convert(file: string): string {
  const tensors = '{k: v.contiguous().clone() for k, v in d.get("state_dict", d).items() if torch.is_tensor(v)}';
  return [
    'Convert it, in Python: import torch, safetensors.torch',
    `d = torch.load(${JSON.stringify(file)}, map_location="cpu", weights_only=True)`,
    `safetensors.torch.save_file(${tensors}, ${JSON.stringify(join(dirname(file), 'model.safetensors'))})`,
  ].join('; ');
}

/** Makes the errors of one file from what is found in it. */
export interface FileErrors {
  readonly unsupported: (found: string) => LinchpinError;
  readonly damaged: (found: string) => LinchpinError;
}

/** The file is absent, not readable, or larger than anything that is meant to be read whole. */
export function cannotRead(file: string, reason: string, cause?: unknown): LinchpinError {
  return new LinchpinError({
    code: 'torch-file/cannot-read',
    subject: file,
    found: `that it cannot be read (${reason})`,
    expected,
    action: 'Check the path and who may read it.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The form of PyTorch before 1.6: pickles one after the other. */
export function legacyForm(file: string): LinchpinError {
  return new LinchpinError({
    code: 'torch-file/legacy-form',
    subject: file,
    found: 'the form in which PyTorch before 1.6 saved, or a bare pickle',
    expected,
    action: `Run \`import torch; f = ${JSON.stringify(file)}; torch.save(torch.load(f, weights_only=True), f)\` in Python with a newer PyTorch: it saves the file again.`,
  });
}

/** What a clone without Git LFS leaves in the place of a file. */
export function lfsPointer(file: string): LinchpinError {
  return new LinchpinError({
    code: 'torch-file/lfs-pointer',
    subject: file,
    found: 'a pointer of Git LFS in the place of the file',
    expected,
    action: 'Run `git lfs pull` in the clone, or download the file itself.',
  });
}

/** No archive, or one that is cut off or contradicts itself. */
export function damaged(file: string, found: string): LinchpinError {
  return new LinchpinError({
    code: 'torch-file/damaged',
    subject: file,
    found,
    expected,
    action: 'Download the file again: it is damaged, or was not written by torch.save.',
  });
}

/** Something that the file's program asks for and that is never carried out, or data of another kind. */
export function unsupported(file: string, found: string, tensor?: string): LinchpinError {
  return new LinchpinError({
    code: 'torch-file/unsupported',
    subject: tensor === undefined ? file : `${file}: ${tensor}`,
    found: `${found}; nothing of the file was run`,
    expected,
    action: convert(file),
  });
}
