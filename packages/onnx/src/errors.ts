import { LinchpinError } from '@linchpin/errors';

/** More edited weights than fit into one graph. */
export function graphTooLarge(bytes: number, most: number): LinchpinError {
  return new LinchpinError({
    code: 'onnx/too-large',
    subject: 'the edited model',
    found: `${bytes} bytes of weights that are no longer those of the file`,
    expected: `at most ${most}, the limit of the ONNX file format`,
    action:
      'Edit fewer matrices at once, or fewer rows of each: up to a sixteenth of its rows a matrix stays in its file.',
  });
}
