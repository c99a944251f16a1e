import type { TokenRequest } from '@linchpin/plugin-api';

/**
 * How many tokens there are if none is counted twice that stands behind the same ones: the prefixes of questions once, and
 * what they do not share once. Nothing that scores all of them can compute fewer.
 */
export function distinctTokens(requests: Iterable<TokenRequest>): number {
  const inputs = Array.from(requests, ({ context, continuation }) =>
    Int32Array.from([...context, ...continuation.slice(0, -1)]),
  ).toSorted(compare);
  return inputs.reduce((sum, input, index) => sum + input.length - commonLength(input, inputs[index - 1]), 0);
}

function compare(a: Int32Array, b: Int32Array): number {
  const common = commonLength(a, b);
  return (a[common] ?? -1) - (b[common] ?? -1);
}

function commonLength(a: Int32Array, b: Int32Array = new Int32Array()): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
