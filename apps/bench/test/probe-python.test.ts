import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { isOlder, requirePython } from '../src/probe-python.ts';
import { wholePackages, writeProgram, writeStandIn } from './stand-in-python.ts';

const folder = mkdtempSync(join(tmpdir(), 'linchpin-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('requirePython', () => {
  it('takes one that has everything', async () => {
    await expect(requirePython(writeStandIn(folder))).resolves.toBeUndefined();
  });

  it('names what is missing and what is too old, all at once', async () => {
    const packages = {
      ...wholePackages,
      torch: { problem: "ModuleNotFoundError: No module named 'torch'\nand more" },
      lm_eval: { version: '0.4.11' },
    };
    const refused = requirePython(writeStandIn(folder, { python: '3.9.2', packages }));
    await expect(refused).rejects.toMatchObject({
      code: 'bench/peer-incomplete',
      problem: {
        found: "Python 3.9.2, no torch (ModuleNotFoundError: No module named 'torch'), lm_eval 0.4.11",
        expected: expect.stringContaining('lm_eval 0.4.12'),
        action: expect.stringContaining('pip install "lm-eval[hf]'),
      },
    });
  });

  it('says that there is no such program', async () => {
    await expect(requirePython(join(folder, 'absent'))).rejects.toMatchObject({ code: 'bench/no-peer' });
  });

  it.each([
    ['ends', "console.error('unknown option -c'); process.exit(3)", 'exit code 3, unknown option -c'],
    ['says something else', "console.log('hello')", 'hello'],
    ['says nothing', '', 'nothing'],
  ])('says that a program %s', async (_, script, found) => {
    await expect(requirePython(writeProgram(folder, script))).rejects.toMatchObject({
      code: 'bench/peer-silent',
      problem: { found },
    });
  });
});

describe('isOlder', () => {
  it.each([
    ['0.4.9.2', '0.4.12', true],
    ['0.4.12', '0.4.12', false],
    ['0.4.13.dev0', '0.4.12', false],
    ['0.5', '0.4.12', false],
    ['2.9.0+cpu', '1.8', false],
    ['3.9.18', '3.10', true],
    ['4', '4.1', true],
  ])('%s beside %s: %s', (version, least, expected) => {
    expect(isOlder(version, least)).toBe(expected);
  });
});
