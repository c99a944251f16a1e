import { testIntervention } from '@linchpin/testing';
import { myMethod } from './my-method.ts';
import { plugin } from './plugin.ts';

testIntervention({
  plugin,
  neutral: () => myMethod({ layer: 1, factor: 1 }),
  active: { layer: 1 },
  allOptions: { layer: 0, factor: 0.25 },
  usesSuperWeights: false,
  superWeights: [],
  changes: [],
  rewrites: ['layers.1.down.output'],
});
