/** The file and the values of its tensors: scripts/golden_blocks.py. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isLinchpinError } from '@linchpin/errors';
import { readHeader, readTensor } from '@linchpin/safetensors';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { dequantize, openGguf } from '../src/index.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const golden = path('blocks.gguf');
const bytes = readFileSync(golden);
const folder = mkdtempSync(join(tmpdir(), 'linchpin-gguf-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'changed.gguf');

async function openChanged(changed: Uint8Array): Promise<unknown> {
  writeFileSync(file, changed);
  return await openGguf(file).catch((error: unknown) => error);
}

/** The file with a number of eight bytes in another place. */
function withNumber(at: number, value: bigint): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeBigUInt64LE(value, at);
  return changed;
}

const refused = (code: string, found: string) => ({
  code: `gguf/${code}`,
  problem: { found: expect.stringContaining(found) },
});

/** Where a text is followed by what belongs to it. */
const behind = (text: string): number => bytes.indexOf(text) + Buffer.byteLength(text);

describe('openGguf', () => {
  it('reads values of every type', async () => {
    const { metadata } = await openGguf(golden);
    const tests = [...metadata].filter(([key]) => key.startsWith('test.'));
    expect(Object.fromEntries(tests)).toEqual({
      'test.uint8': 200,
      'test.int8': -100,
      'test.uint16': 60000,
      'test.int16': -30000,
      'test.uint32': 4000000000,
      'test.int32': -2000000000,
      'test.float32': Math.fround(0.1),
      'test.uint64': 2n ** 63n + 1n,
      'test.int64': -(2n ** 62n),
      'test.float64': 0.1,
      'test.bool': true,
      'test.string': 'héllo ▁ 😀',
      'test.texts': ['a', '', 'ß'],
      'test.numbers': [1.5, -2],
    });
  });

  it('finds the tensors, and their values are those of the reference', async () => {
    const { tensors } = await openGguf(golden);
    const { tensors: expected } = await readHeader(path('blocks.safetensors'));
    expect([...tensors.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
    expect(tensors.size).toBe(13);
    for (const { name, type, shape, offset, length } of tensors.values()) {
      const stored = expected.get(name)!;
      expect([name, type, shape]).toEqual([name, name, stored.shape]);
      const values = dequantize(bytes.subarray(offset, offset + length), type);
      // As bits: zeros have signs.
      expect(new Uint32Array(values.buffer)).toEqual(new Uint32Array((await readTensor(stored)).buffer));
    }
  });

  it.each<[string, () => Uint8Array, ReturnType<typeof refused>]>([
    ['another file', () => Buffer.from('PK\x03\x04'), refused('not-gguf', '"PK')],
    ['an empty file', () => Buffer.alloc(0), refused('not-gguf', '""')],
    [
      'version 1',
      () => Buffer.concat([Buffer.from('GGUF\x01\0\0\0'), bytes.subarray(8)]),
      refused('unsupported-form', '1'),
    ],
    [
      'big-endian numbers',
      () => Buffer.concat([Buffer.from('GGUF\0\0\0\x03'), bytes.subarray(8)]),
      refused('unsupported-form', 'big-endian'),
    ],
    ['2^60 tensors', () => withNumber(8, 2n ** 60n), refused('damaged', `${2n ** 60n} tensors`)],
    ['2^60 keys', () => withNumber(16, 2n ** 60n), refused('damaged', `${2n ** 60n} keys`)],
    ['a key of 2^60 bytes', () => withNumber(24, 2n ** 60n), refused('damaged', 'bytes of text')],
    [
      'a list of 2^60',
      () => withNumber(behind('test.texts') + 8, 2n ** 60n),
      refused('damaged', 'entries of test.texts'),
    ],
    ['an axis of 2^62', () => withNumber(behind('Q4_0') + 4, 2n ** 62n), refused('damaged', 'no whole blocks')],
    ['an unknown type', () => withNumber(behind('Q4_0') + 20, 23n), refused('unsupported-type', 'IQ4_XS')],
    ['a type without a name', () => withNumber(behind('Q4_0') + 20, 99n), refused('unsupported-type', '99')],
    ['an offset on another tensor', () => withNumber(behind('Q4_1') + 24, 0n), refused('damaged', 'another tensor')],
    [
      'an offset beyond the file',
      () => withNumber(behind('Q4_1') + 24, 2n ** 40n),
      refused('damaged', 'an end at byte'),
    ],
    ['an offset of 2^63', () => withNumber(behind('Q4_1') + 24, 2n ** 63n), refused('damaged', 'no multiple')],
    ['an offset between', () => withNumber(behind('Q4_1') + 24, 31n), refused('damaged', 'no multiple of 32')],
    ['a missing end', () => bytes.subarray(0, -100), refused('damaged', 'an end at byte')],
    ['missing metadata', () => bytes.subarray(0, 300), refused('damaged', '')],
  ])('refuses %s', async (_, changed, problem) => {
    expect(await openChanged(changed())).toMatchObject(problem);
  });

  it('says what is not there', async () => {
    await expect(openGguf(join(path('.'), 'none.gguf'))).rejects.toMatchObject({ code: 'gguf/cannot-read' });
    await expect(openGguf(path('.'))).rejects.toMatchObject({ code: 'gguf/cannot-read' });
  });

  it('opens or refuses whatever bytes are changed and wherever the file ends', async () => {
    const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    // The metadata are the first 1500 bytes; most changes should hit them.
    const early = fc.array(fc.tuple(fc.nat(1500), fc.constantFrom(0, 1, 8, 9, 127, 255)), {
      minLength: 1,
      maxLength: 4,
    });
    const end = fc.oneof(fc.constant(bytes.length), fc.nat(bytes.length));
    await fc.assert(
      fc.asyncProperty(fc.oneof(changes, early), end, async (changed, length) => {
        const copy = Buffer.from(bytes);
        for (const [at, value] of changed) copy[at] = value;
        const opened = await openChanged(copy.subarray(0, length));
        expect(opened instanceof Error ? isLinchpinError(opened) : true).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
