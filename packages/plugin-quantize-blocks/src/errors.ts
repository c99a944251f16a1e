import { LinchpinError } from '@linchpin/errors';

export function invalidBlock(block: number): LinchpinError {
  return new LinchpinError({
    code: 'quantize-blocks/invalid-block',
    subject: 'quantize-blocks',
    found: `blocks of ${block} weights`,
    expected: '16, 32, 64, 128 or 256, which are the blocks that onnxruntime multiplies by',
    action: 'Small blocks cost size, large ones accuracy; 32 is usual.',
  });
}

export function nonFiniteWeight(name: string, [row, column]: readonly [number, number]): LinchpinError {
  return new LinchpinError({
    code: 'quantize-blocks/non-finite',
    subject: name,
    found: `a weight that is not finite, in row ${row} from column ${column} on`,
    expected: 'finite weights: one of any other kind would make its whole block NaN',
    action: 'Look at the checkpoint, or at the intervention before this one.',
  });
}
