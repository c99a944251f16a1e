import { expectProblem } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { parseHeldOutActivation } from './held-out-activations.ts';

it('reads coordinates', () => {
  expect(parseHeldOutActivation('model.layers.2.mlp.down_proj:0:7003')).toEqual({
    module: 'model.layers.2.mlp.down_proj',
    token: 0,
    channel: 7003,
  });
});

it.each(['', 'm:1', 'm:1:x', 'm:-1:2', ':1:2', 'm:1:2:3'])('refuses "%s"', (text) => {
  expectProblem('quantize/invalid-coordinates', () => parseHeldOutActivation(text));
});
