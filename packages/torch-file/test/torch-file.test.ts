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
import { unzipSync, zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { readTorchFile } from '../src/index.ts';

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
