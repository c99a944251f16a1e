import { LinchpinError } from '@linchpin/errors';

const subject = 'quantize-weights';

export function invalidBits(bits: number, levels: string): LinchpinError {
  return new LinchpinError({
    code: 'quantize-weights/invalid-bits',
    subject,
    found: `${bits} bits with the levels ${levels}`,
    expected: levels === 'normal_float' ? '3 or 4' : 'a whole number from 2 to 8',
    action: 'The paper uses 4.',
  });
}

export function invalidBlock(block: string): LinchpinError {
  return new LinchpinError({
    code: 'quantize-weights/invalid-block',
    subject,
    found: `the block size ${block}`,
    expected: 'a whole number of weights, a product such as 128x128, channel or tensor',
    action: "The paper's smallest is 128x128, a run of 16384 weights.",
  });
}

export function invalidClipping({ method, value }: { method: string; value: number }): LinchpinError {
  return new LinchpinError({
    code: 'quantize-weights/invalid-clipping',
    subject,
    found: `the value ${value} of the clipping ${method}`,
    expected: method === 'bp' || method === 'tp' ? 'a share from 0 to 1' : 'a finite number of at least 0',
    action: 'The paper clips by z at 9 and more.',
  });
}

export function indivisible(name: string, count: number, size: number): LinchpinError {
  return new LinchpinError({
    code: 'quantize-weights/indivisible',
    subject: name,
    found: `${count} weights, which blocks of ${size} do not divide`,
    expected: 'a matrix of whole blocks',
    action:
      'Choose another block size, or "indivisible": "whole-matrix" (of `linchpin figure 7`: --indivisible whole-matrix), which makes such a matrix one block.',
  });
}

export function nonFinite(name: string, at: { index: number; value: number }, arithmetic: string): LinchpinError {
  return new LinchpinError({
    code: 'quantize-weights/non-finite',
    subject: name,
    found: `${at.value} in ${arithmetic} at weight ${at.index}, counted row by row`,
    expected: 'finite weights',
    action: 'Check the checkpoint; weights above 65504 need the arithmetic float32.',
  });
}

export function scaleOutOfRange(name: string, block: { low: number; high: number }, arithmetic: string): LinchpinError {
  return new LinchpinError({
    code: 'quantize-weights/scale-out-of-range',
    subject: name,
    found: `a block of weights from ${block.low} to ${block.high}, whose range ${arithmetic} cannot hold`,
    expected: 'a range that is a number',
    action:
      arithmetic === 'float32'
        ? 'Check the checkpoint: no trained model has such weights.'
        : 'Use the arithmetic float32.',
  });
}
