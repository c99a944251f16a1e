/**
 * `scales.pt` was saved by PyTorch 2.13 in the layout of SmoothQuant's published scales:
 *
 *     torch.save({
 *         "model.layers.0.self_attn.q_proj": torch.tensor([0.5, 2.0, 0.25]),
 *         "model.layers.0.mlp.down_proj": torch.tensor([1.5, 0.0, 65504.0, 3.0], dtype=torch.float16),
 *         "model.layers.0.mlp.up_proj": torch.tensor([1.0, 2.0, 4.0], dtype=torch.bfloat16),
 *     }, "scales.pt")
 *
 * The other files are made from it by changing its entries.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isLinchpinError, type LinchpinError } from '@linchpin/errors';
import fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { openTorchFile, readTorchFile } from '../src/index.ts';

const saved = fileURLToPath(new URL('scales.pt', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'linchpin-torch-file-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'changed.pt');

type Entries = Record<string, Uint8Array>;

/** Writes the archive with other entries. */
function change(changed: (entries: Entries) => Entries, level: 0 | 9 = 0): void {
  const entries = unzipSync(readFileSync(saved));
  writeFileSync(file, zipSync({ ...entries, ...changed(entries) }, { level }));
}

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/** Writes the archive with other bytes in its pickle. */
function changePickle(from: string, to: string): void {
  change((entries) => {
    const pickle = Buffer.from(entries['scales/data.pkl']!).toString('latin1');
    expect(pickle).toContain(from);
    return { 'scales/data.pkl': latin1(pickle.replace(from, to)) };
  });
}

const refused = (code: string, found: string) => ({
  code: `torch-file/${code}`,
  problem: { found: expect.stringContaining(found) },
});

it('advises what can be pasted: of this file, with dictionaries inside and numbers beside', async () => {
  change(() => ({}), 9);
  const { problem } = (await openTorchFile(file).catch((error: unknown) => error as LinchpinError)) as LinchpinError;
  const [opening, load, ...saving] = problem.action.split(/; |, in Python: /).slice(1);
  expect([opening, load]).toEqual([
    'import torch, safetensors.torch',
    `d = torch.load(${JSON.stringify(file)}, map_location="cpu", weights_only=True)`,
  ]);
  expect(saving).toEqual([
    expect.stringMatching(/d\.get\("state_dict", d\)\.items\(\) if torch\.is_tensor\(v\).*model\.safetensors"\)$/),
  ]);
});

describe('readTorchFile', () => {
  it('reads what torch.save wrote', async () => {
    const tensors = await readTorchFile(saved);
    expect([...tensors]).toEqual([
      ['model.layers.0.self_attn.q_proj', { shape: [3], values: Float32Array.of(0.5, 2, 0.25) }],
      ['model.layers.0.mlp.down_proj', { shape: [4], values: Float32Array.of(1.5, 0, 65504, 3) }],
      ['model.layers.0.mlp.up_proj', { shape: [3], values: Float32Array.of(1, 2, 4) }],
    ]);
  });

  it('reads an OrderedDict, and a tensor that is part of its storage', async () => {
    changePickle('}q\0(', 'ccollections\nOrderedDict\n)R(');
    expect((await readTorchFile(file)).size).toBe(3);
    // Offset 0 and 3 elements become offset 1 and 2 elements.
    changePickle('K\0K\x03\x85', 'K\x01K\x02\x85');
    expect((await readTorchFile(file)).get('model.layers.0.self_attn.q_proj')?.values).toEqual(
      Float32Array.of(2, 0.25),
    );
  });

  it.each([
    ['a function', 'torch._utils\n_rebuild_tensor_v2', 'posix\nsystem', 'the Python name posix.system'],
    ['a class', 'collections\nOrderedDict', '__main__\nScales', 'the Python name __main__.Scales'],
    [
      'another element type',
      'torch\nFloatStorage',
      'torch\nComplexFloatStorage',
      'the Python name torch.ComplexFloatStorage',
    ],
    [
      'floats of 8 bits',
      'torch\nFloatStorage',
      'torch\nfloat8_e4m3fn',
      'torch.float8_e4m3fn (weights as floats of 8 bits, fp8)',
    ],
    ['whole numbers', 'torch\nFloatStorage', 'torch\nIntStorage', 'elements of the type I32'],
    ['a list', '}q\0(', ']q\0(', 'the pickle opcode 0x5d at byte 2'],
    ['another protocol', '\x80\x02', '\x80\x04', 'a pickle of protocol 4'],
    ['a storage as a value', 'QK\0K\x03\x85', 'QNNs', 'entries of something that is no dictionary'],
    ['gaps between elements', '\x85q\x08K\x01\x85', '\x85q\x08K\x02\x85', 'strides of [2]'],
    ['a call without a name', ')R', '))R', 'a call of something that has no name'],
  ])('refuses %s, by name and without running it', async (_, from, to, found) => {
    changePickle(from, to);
    await expect(readTorchFile(file)).rejects.toMatchObject(refused('unsupported', found));
  });

  it('refuses another byte order', async () => {
    change(() => ({ 'scales/byteorder': latin1('big') }));
    await expect(readTorchFile(file)).rejects.toMatchObject(refused('unsupported', 'big-endian'));
  });

  it.each([
    ['a pickle that ends early', (pickle: string) => pickle.slice(0, 200), 'ends too early'],
    ['a pickle that takes too much', () => '\x80\x02R.', 'takes more than it made'],
    ['a mark that is missing', () => '\x80\x02t.', 'without the mark'],
    ['a number that was not remembered', () => '\x80\x02h\x07.', 'recalls 7'],
  ])('finds %s', async (_, made, found) => {
    change((entries) => ({
      'scales/data.pkl': latin1(made(Buffer.from(entries['scales/data.pkl']!).toString('latin1'))),
    }));
    await expect(readTorchFile(file)).rejects.toMatchObject(refused('damaged', found));
  });

  it('finds data that are missing or cut off', async () => {
    change((entries) => ({ 'scales/data/0': entries['scales/data/0']!.subarray(4) }));
    await expect(readTorchFile(file)).rejects.toMatchObject(refused('damaged', '8 bytes of data'));
    writeFileSync(file, zipSync({ 'scales/version': latin1('3') }, { level: 0 }));
    await expect(readTorchFile(file)).rejects.toMatchObject(refused('damaged', 'an archive without data.pkl'));
    writeFileSync(file, readFileSync(saved).subarray(0, 1000));
    await expect(readTorchFile(file)).rejects.toMatchObject(refused('damaged', 'no whole zip archive'));
  });

  it('finds a flipped bit by the CRC-32', async () => {
    const bytes = readFileSync(saved);
    // The 0.5 that the first tensor begins with becomes 0.75.
    const half = bytes.indexOf(Buffer.from(Float32Array.of(0.5, 2, 0.25).buffer));
    bytes[half + 2]! ^= 0x40;
    writeFileSync(file, bytes);
    const found = 'scales/data/0 with the CRC-32 b6f61365, written as 284c14c5';
    await expect(readTorchFile(file)).rejects.toMatchObject(refused('damaged', found));
  });

  it('reads the same values or none, wherever a bit is flipped', async () => {
    const [bytes, intact] = [readFileSync(saved), await readTorchFile(saved)];
    let refusals = 0;
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes);
      flipped[at]! ^= 1 << (at % 8);
      writeFileSync(file, flipped);
      const read = await readTorchFile(file).catch((error: unknown) => error);
      if (read instanceof Map) expect(read).toEqual(intact);
      else expect(read).toHaveProperty('code', expect.stringMatching(/^torch-file\/(?:damaged|unsupported)$/));
      refusals += read instanceof Map ? 0 : 1;
    }
    // The bytes of the entries are 479 of these.
    expect(refusals).toBeGreaterThan(479);
  });

  it('refuses compressed entries, and entries without a CRC-32', async () => {
    change(() => ({}), 9);
    await expect(readTorchFile(file)).rejects.toMatchObject(refused('unsupported', 'scales/data.pkl compressed'));
    // What torch.serialization.set_crc32_options(False) leaves in the directory.
    const bytes = readFileSync(saved);
    bytes.writeUInt32LE(0, bytes.indexOf('PK\x01\x02') + 16);
    writeFileSync(file, bytes);
    await expect(readTorchFile(file)).rejects.toMatchObject(refused('unsupported', 'scales/data.pkl without a CRC-32'));
  });

  it('refuses the old form, and says what is not there', async () => {
    // How torch.save(…, _use_new_zipfile_serialization=False) begins: the magic number, pickled.
    writeFileSync(file, latin1('\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.'));
    await expect(readTorchFile(file)).rejects.toMatchObject({ code: 'torch-file/legacy-form' });
    await expect(readTorchFile(join(folder, 'none.pt'))).rejects.toMatchObject(refused('cannot-read', 'ENOENT'));
    await expect(readTorchFile(folder)).rejects.toMatchObject(refused('cannot-read', 'EISDIR'));
  });
});

describe('openTorchFile', () => {
  it('says where tensors lie, and reads nothing of them', async () => {
    const { file: path, tensors } = await openTorchFile(saved);
    const bytes = readFileSync(path);
    const found = [...tensors.values()].map(({ name, dtype, shape, offset, length }) => [
      name,
      dtype,
      shape,
      bytes.subarray(offset, offset + length).toString('hex'),
    ]);
    expect(found).toEqual([
      ['model.layers.0.self_attn.q_proj', 'F32', [3], hexOf(Float32Array.of(0.5, 2, 0.25))],
      ['model.layers.0.mlp.down_proj', 'F16', [4], hexOf(Uint16Array.of(0x3e00, 0, 0x7bff, 0x4200))],
      ['model.layers.0.mlp.up_proj', 'BF16', [3], hexOf(Uint16Array.of(0x3f80, 0x4000, 0x4080))],
    ]);
  });

  it('reads archives whose places stand in zip64 fields, as they do beyond 4 GiB', async () => {
    writeFileSync(file, asZip64(readFileSync(saved)));
    const [found, expected] = [await openTorchFile(file), await openTorchFile(saved)];
    expect([...found.tensors.values()].map(({ offset }) => offset)).toEqual(
      [...expected.tensors.values()].map(({ offset }) => offset),
    );
    expect(await readTorchFile(file)).toEqual(await readTorchFile(saved));
  });

  it.each([
    ['2^60 entries', 32, 2n ** 60n],
    ['a directory of 2^60 bytes', 40, 2n ** 60n],
    ['a directory at byte 2^63', 48, 2n ** 63n],
  ])('refuses %s in a zip64 record', async (_, field, value) => {
    const bytes = asZip64(readFileSync(saved));
    bytes.writeBigUInt64LE(value, bytes.indexOf('PK\x06\x06') + field);
    writeFileSync(file, bytes);
    await expect(openTorchFile(file)).rejects.toSatisfy(isLinchpinError);
  });

  it('refuses entries that share bytes, and two of one name', async () => {
    const bytes = readFileSync(saved);
    // The place of the second entry of the directory becomes that of the first.
    const [first, second] = [bytes.indexOf('PK\x01\x02'), bytes.indexOf('PK\x01\x02', bytes.indexOf('PK\x01\x02') + 1)];
    bytes.copy(bytes, second + 42, first + 42, first + 46);
    writeFileSync(file, bytes);
    await expect(openTorchFile(file)).rejects.toMatchObject(refused('damaged', 'shares bytes'));
    const renamed = readFileSync(saved);
    const at = renamed.lastIndexOf('data/1');
    renamed.write('data/0', at);
    writeFileSync(file, renamed);
    await expect(openTorchFile(file)).rejects.toMatchObject(refused('damaged', 'two entries of the name'));
  });

  it('refuses a pointer of Git LFS by what it is', async () => {
    writeFileSync(file, 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n');
    await expect(openTorchFile(file)).rejects.toMatchObject({ code: 'torch-file/lfs-pointer' });
  });

  it('reads parameters and the attributes of a dictionary, and large numbers', async () => {
    // The attribute `_metadata` of a dictionary.
    changePickle('}q\0(', 'ccollections\nOrderedDict\n)R}X\t\0\0\0_metadata}sb(');
    expect((await openTorchFile(file)).tensors.size).toBe(3);
    // Three elements, said in eight bytes.
    changePickle('K\0K\x03\x85', 'K\0\x8a\x08\x03\0\0\0\0\0\0\0\x85');
    expect((await openTorchFile(file)).tensors.size).toBe(3);
    changePickle('K\0K\x03\x85', 'K\0\x8a\x08\0\0\0\0\0\0\0\x10\x85');
    await expect(openTorchFile(file)).rejects.toSatisfy(isLinchpinError);
  });

  it('opens or refuses whatever a pickle holds', async () => {
    const pickle = unzipSync(readFileSync(saved))['scales/data.pkl']!;
    const opcodes = [
      ...Buffer.from('}])(NKMJXctusbqrhjQR.eao', 'latin1'),
      0x80,
      0x85,
      0x86,
      0x87,
      0x88,
      0x89,
      0x8a,
      0xff,
    ];
    const changes = fc.array(fc.tuple(fc.nat(pickle.length - 1), fc.oneof(fc.constantFrom(...opcodes), fc.nat(255))), {
      minLength: 1,
      maxLength: 6,
    });
    const random = fc.array(fc.constantFrom(...opcodes), { maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(fc.oneof(changes, random), async (made) => {
        const bytes = Array.isArray(made[0])
          ? Uint8Array.from(pickle)
          : Uint8Array.from([0x80, 2, ...(made as number[])]);
        if (Array.isArray(made[0])) for (const [at, value] of made as [number, number][]) bytes[at] = value;
        change(() => ({ 'scales/data.pkl': bytes }));
        const opened = await openTorchFile(file).catch((error: unknown) => error);
        expect(opened instanceof Error ? isLinchpinError(opened) : true).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

function hexOf({ buffer }: { readonly buffer: ArrayBuffer }): string {
  return Buffer.from(buffer).toString('hex');
}

/** The archive with every size and place of its directory in a zip64 field, and the directory's own in a zip64 record. */
function asZip64(bytes: Buffer): Buffer {
  const end = bytes.lastIndexOf('PK\x05\x06');
  const [count, start] = [bytes.readUInt16LE(end + 10), bytes.readUInt32LE(end + 16)];
  const entries: Buffer[] = [];
  for (let at = start, left = count; left > 0; left--) {
    const nameEnd = at + 46 + bytes.readUInt16LE(at + 28);
    const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
    const extra = Buffer.alloc(28);
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    for (const [index, field] of [24, 20, 42].entries())
      extra.writeBigUInt64LE(BigInt(bytes.readUInt32LE(at + field)), 4 + 8 * index);
    const fixed = Buffer.from(bytes.subarray(at, nameEnd));
    for (const field of [20, 24, 42]) fixed.writeUInt32LE(0xffffffff, field);
    fixed.writeUInt16LE(extra.length, 30);
    fixed.writeUInt16LE(0, 32);
    entries.push(fixed, extra);
    at = extraEnd + bytes.readUInt16LE(at + 32);
  }
  const directory = Buffer.concat(entries);
  const record = Buffer.alloc(56);
  record.write('PK\x06\x06', 'latin1');
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(directory.length), 40);
  record.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(start + directory.length), 8);
  const last = Buffer.alloc(22);
  last.write('PK\x05\x06', 'latin1');
  last.writeUInt16LE(0xffff, 10);
  last.writeUInt32LE(0xffffffff, 12);
  last.writeUInt32LE(0xffffffff, 16);
  return Buffer.concat([bytes.subarray(0, start), directory, record, locator, last]);
}
