/**
 * Tables of the embedded model on SwiftShader, beside the CPU: counts are equal, and so are the coordinates of super weights. Items and
 * windows are few, for a core computes a dozen of its tokens a second there.
 */
import { join } from 'node:path';
import type { ResultRow } from '@linchpin/plugin-api';
import { describeSwiftShader, temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';

const root = temporaryFolder();

/** Of perplexities, relative: sums of float32 in another order. */
const rounding = 1e-5;
/** Integer products, which the CPU has, and their simulation round some codes differently. */
const codes = 1e-3;

interface Printed {
  readonly numbers: readonly ResultRow[];
  /** Of Table 2, in their place. */
  readonly models: readonly { readonly found: readonly Readonly<Record<string, number | string>>[] }[];
  readonly stderr: string;
}

/** What a table gives as JSON, and what is said beside it. */
async function tableOn(device: string, ...args: readonly string[]): Promise<Printed> {
  const places = ['--out', join(root, device), '--cache', join(root, 'cache')];
  const { code, stdout, stderr } = await linchpin(['table', ...args, '--json', '--device', device, ...places]);
  expect({ code, stderr }).toEqual({ code: 0, stderr });
  return { ...(JSON.parse(stdout) as Omit<Printed, 'stderr'>), stderr };
}

function expectAlike(webgpu: Printed, cpu: Printed, toleranceOf: (row: ResultRow) => number): void {
  expect(webgpu.numbers).toHaveLength(cpu.numbers.length);
  for (const [index, expected] of cpu.numbers.entries()) {
    const { label, task, metric, items, correct } = expected;
    const given = webgpu.numbers[index]!;
    expect(given).toMatchObject({ label, task, metric, items, device: 'webgpu' });
    expect(given.correct).toEqual(correct);
    if (metric === 'perplexity' && correct === undefined)
      expect(Math.abs(given.value / expected.value - 1)).toBeLessThan(toleranceOf(expected));
  }
}

describeSwiftShader('tables on webgpu', () => {
  it('counts as the CPU does in Table 1', { timeout: 1_800_000 }, async () => {
    const flags = ['1', '--limit', '3', '--windows', '1'];
    const [cpu, webgpu] = [await tableOn('cpu', ...flags), await tableOn('webgpu', ...flags)];
    expect(cpu.numbers.some(({ correct }) => correct === 0)).toBe(true);
    expectAlike(webgpu, cpu, () => rounding);
  });

  it('finds what the CPU does in Table 2', { timeout: 1_800_000 }, async () => {
    const [cpu, webgpu] = [await tableOn('cpu', '2'), await tableOn('webgpu', '2')];
    const [expected, given] = [cpu, webgpu].map(({ models }) => models[0]!.found);
    expect(expected).toMatchObject([{ layer: 1, row: 100, column: 300 }]);
    expect(given).toHaveLength(1);
    for (const [field, value] of Object.entries(expected![0]!))
      if (typeof value === 'number') expect([field, given![0]![field]]).toEqual([field, expect.closeTo(value, 3)]);
      else expect([field, given![0]![field]]).toEqual([field, value]);
  });

  it('simulates the 8 bits of Table 3, and says so', { timeout: 1_800_000 }, async () => {
    const scales = join(root, 'scales.safetensors');
    const calibration = ['--calibration', 'self-generated', '--calibration-samples', '8', '--save-calibration', scales];
    const flags = ['3', '--windows', '1'];
    const cpu = await tableOn('cpu', ...flags, ...calibration);
    const webgpu = await tableOn('webgpu', ...flags, '--calibration', scales);
    expectAlike(webgpu, cpu, ({ label }) => (label === 'FP' ? rounding : codes));
    for (const { label, execution } of webgpu.numbers)
      expect([label, execution]).toEqual([label, label === 'FP' ? 'float32' : 'int8-simulated']);
    expect(webgpu.stderr).toContain('simulated');
  });
});
