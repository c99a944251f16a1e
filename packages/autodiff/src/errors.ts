import { LinchpinError } from '@linchpin/errors';

/** Something trained reaches the loss through an operator that passes nothing useful back. */
export function noGradient(operator: string, output: string, reason: string): LinchpinError {
  return new LinchpinError({
    code: 'autodiff/no-gradient',
    subject: `${operator}, which gives ${output}`,
    found: `${reason}, between a trained tensor and the loss`,
    expected: 'operators with a gradient',
    action: 'Train without the intervention that lays it, or train only what lies behind it.',
  });
}

/** Blocks were asked for of a tensor that is not only the matrix of products. */
export function blocksUnknown(tensor: string, reader: string): LinchpinError {
  return new LinchpinError({
    code: 'autodiff/no-blocks',
    subject: tensor,
    found: `${reader}, which reads it`,
    expected: 'the matrix of Gemm products alone, of which blocks have gradients of their own',
    action: 'Train the whole tensor, or blocks of another one.',
  });
}
