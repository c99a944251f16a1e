import { matrixSpeed, plainSession } from '@linchpin/runtime';
import { expect, it } from 'vitest';

const settings = plainSession({ threads: 1 });

it('times a product in float16', async () => {
  expect(await matrixSpeed(settings, 1, { rows: 1, type: 'float16' })).toBeGreaterThan(0);
});

it('says that there is no kernel in bfloat16', async () => {
  await expect(matrixSpeed(settings, 1, { rows: 1, type: 'bfloat16' })).rejects.toMatchObject({
    code: 'runtime/device-cannot',
    message: expect.stringContaining('a matrix product in bfloat16, of which onnxruntime has no kernel'),
  });
});
