/** Interventions that do nothing, or cannot do all that they are asked for, say so: in the row and to whoever looks on. */
import type { ResultRow } from '@linchpin/plugin-api';
import { describeShared, sharedPath } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';

async function run(args: readonly string[]): Promise<{ remarks: (readonly string[] | undefined)[]; stderr: string }> {
  const { code, stdout, stderr } = await linchpin([...args, '--json']);
  expect(code).toBe(0);
  const [row] = JSON.parse(stdout) as ResultRow[];
  return { remarks: row!.interventions.map(({ remarks }) => remarks), stderr };
}

const piqa = ['evaluate', '--tasks', 'piqa', '--limit', '2'];

describe('an intervention without effect', () => {
  it('is named in the row, and remarked', async () => {
    const flags = ['--intervention', 'prune-outliers:{"fraction":1e-9}', '--intervention', 'prune-super-weight'];
    const { remarks, stderr } = await run([...piqa, ...flags]);
    expect(remarks).toEqual([[expect.stringMatching(/^changes nothing/)], undefined]);
    expect(stderr).toContain('prune-outliers changes nothing');
  });

  it('is not one that prunes by a count', async () => {
    const { remarks, stderr } = await run([...piqa, '--intervention', 'prune-outliers:{"count":7}']);
    expect(remarks).toEqual([undefined]);
    expect(stderr).not.toContain('warning');
  });
});

describeShared('a block of tiny weights', ['cases/block-of-tiny-weights'], () => {
  it('is left as it is, counted, and named with its row', async () => {
    const folder = sharedPath('cases/block-of-tiny-weights');
    const corpus = ['--corpus', `${folder}/text.txt`, '--window', '32', '--model', `${folder}/bf16-subnormal-row`];
    const { remarks } = await run(['perplexity', ...corpus, '--intervention', 'quantize-weights:{"block":"channel"}']);
    expect(remarks).toEqual([
      [expect.stringContaining('leaves a block of model.layers.0.mlp.down_proj.weight as it is (in row 3)')],
    ]);
  });
});
