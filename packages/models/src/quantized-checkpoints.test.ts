import { expect, it } from 'vitest';
import { refuseQuantizedConfig, refuseQuantizedTensors } from './quantized-checkpoints.ts';

it.each([
  ['gptq', 'GPTQ'],
  ['awq', 'AWQ'],
  ['bitsandbytes', 'bitsandbytes'],
  ['fp8', 'fp8'],
  ['of-tomorrow', 'of-tomorrow'],
])('refuses %s by what it is', (method, found) => {
  const config = { quantization_config: { quant_method: method } };
  expect(() => refuseQuantizedConfig(config, 'config.json')).toThrow(
    expect.objectContaining({
      code: 'models/quantized-checkpoint',
      problem: expect.objectContaining({ found: expect.stringContaining(found) }),
    }),
  );
});

it.each([
  ['model.layers.0.mlp.down_proj.qweight', 'GPTQ or AWQ'],
  ['model.layers.0.mlp.down_proj.weight.absmax', 'bitsandbytes'],
  ['model.layers.0.mlp.down_proj.SCB', 'bitsandbytes'],
  ['model.layers.0.mlp.down_proj.weight_scale_inv', 'fp8'],
])('knows %s without a word in config.json', (name, found) => {
  expect(() => refuseQuantizedTensors(['model.norm.weight', name], 'model.safetensors')).toThrow(found);
  expect(() => refuseQuantizedTensors(['model.norm.weight'], 'model.safetensors')).not.toThrow();
});

it('lets a config without quantization pass', () => {
  expect(() => refuseQuantizedConfig({ quantization_config: null }, 'config.json')).not.toThrow();
});
