/**
 * Opens a GGUF file (ggml's docs/gguf.md) without reading its tensors: a header, metadata by key, what tensors there are, and
 * behind all that, aligned, their data. A reader of its own, because @huggingface/gguf 0.4.6 cuts texts off without a word where they pass
 * the end of what it has loaded, and reads zeros behind the end of a file.
 */
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { type BlockType, blockTypes, isBlockType, sizeOfRow } from './dequantize.ts';
import { elementTypes } from './element-types.ts';
import { cannotRead, damaged, notGguf, unsupportedForm, unsupportedType } from './errors.ts';
import { type GgufValue, MetadataReader } from './metadata-reader.ts';

export interface GgufTensor {
  readonly name: string;
  readonly type: BlockType;
  /** Outermost axis first, as everywhere else; the file has them the other way around. */
  readonly shape: readonly number[];
  /** In bytes, from the beginning of the file. */
  readonly offset: number;
  readonly length: number;
}

export interface GgufFile {
  /** Absolute path, symbolic links resolved. */
  readonly file: string;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** By name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

const magic = 'GGUF';
const defaultAlignment = 32;
const mostAxes = 4;
/** A name, a count of axes, a type and an offset. */
const leastTensorBytes = 24;

/** Reads and checks everything but the tensors' data; errors name the path as given, and the tensor where one is wrong. */
export async function openGguf(file: string): Promise<GgufFile> {
  const unreadable = (error: unknown): never => {
    throw error instanceof Error && 'syscall' in error ? cannotRead(file, error) : error;
  };
  const path = await realpath(file).catch(unreadable);
  await using handle = await open(path).catch(unreadable);
  try {
    return { file: path, ...(await readContents(handle, file)) };
  } catch (error) {
    return unreadable(error);
  }
}

async function readContents(handle: FileHandle, file: string): Promise<Omit<GgufFile, 'file'>> {
  const { size } = await handle.stat();
  const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(8), position: 0 });
  const beginning = buffer.toString('latin1', 0, Math.min(magic.length, bytesRead));
  if (beginning !== magic) throw notGguf(file, `a file that begins with ${JSON.stringify(beginning)}`);
  const version = buffer.readUInt32LE(4);
  if ((version & 0xffff) === 0 && version !== 0)
    throw unsupportedForm(file, 'big-endian numbers', 'Convert the model to a little-endian file.');
  if (version !== 2 && version !== 3)
    throw unsupportedForm(file, `version ${version}`, 'Convert the model again with a current llama.cpp.');
  const reader = new MetadataReader(handle, file, size);
  await reader.uint64();
  const tensorCount = await reader.count(leastTensorBytes, 'tensors');
  const metadata = await readMetadata(reader, file);
  const parts = metadata.get('split.count');
  if (typeof parts === 'number' && parts > 1)
    throw unsupportedForm(file, `one of ${parts} parts of a model`, 'Join them with `llama-gguf-split --merge` first.');
  const entries: TensorEntry[] = [];
  for (let index = 0; index < tensorCount; index++) entries.push(await readEntry(reader, file));
  const alignment = alignmentOf(metadata, file);
  const dataOffset = Math.ceil(reader.position / alignment) * alignment;
  return { metadata, tensors: placeTensors(entries, { file, size, dataOffset, alignment }) };
}

async function readMetadata(reader: MetadataReader, file: string): Promise<Map<string, GgufValue>> {
  const metadata = new Map<string, GgufValue>();
  for (let left = await reader.count(13, 'keys'); left > 0; left--) {
    const key = await reader.text();
    if (metadata.has(key)) throw damaged(file, `the key ${JSON.stringify(key)} twice`);
    metadata.set(key, await reader.value(key));
  }
  return metadata;
}

function alignmentOf(metadata: ReadonlyMap<string, GgufValue>, file: string): number {
  const alignment = metadata.get('general.alignment') ?? defaultAlignment;
  if (typeof alignment === 'number' && alignment >= 8 && alignment <= 2 ** 20 && alignment % 8 === 0) return alignment;
  throw damaged(file, `the alignment ${String(alignment)}`);
}

interface TensorEntry {
  readonly name: string;
  readonly type: BlockType;
  readonly shape: readonly number[];
  /** From the beginning of the data. */
  readonly begin: number;
}

async function readEntry(reader: MetadataReader, file: string): Promise<TensorEntry> {
  const name = await reader.text();
  const axes = await reader.uint32();
  if (axes > mostAxes) throw damaged(`${file}: ${name}`, `${axes} axes`);
  const sizes: number[] = [];
  for (let axis = 0; axis < axes; axis++) sizes.push(toNumber(await reader.uint64()));
  const number = await reader.uint32();
  const begin = toNumber(await reader.uint64());
  const type = elementTypes[number] ?? `${number}, which has no name`;
  if (!isBlockType(type)) throw unsupportedType(file, { name, type }, blockTypes);
  return { name, type, shape: sizes.toReversed(), begin };
}

/** A number that no file reaches is larger than every bound. */
function toNumber(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(value);
}

interface DataPlace {
  readonly file: string;
  readonly size: number;
  readonly dataOffset: number;
  readonly alignment: number;
}

/** Every tensor in the file, aligned, and none on the bytes of another. */
function placeTensors(
  entries: readonly TensorEntry[],
  { file, size, dataOffset, alignment }: DataPlace,
): ReadonlyMap<string, GgufTensor> {
  const tensors = new Map<string, GgufTensor>();
  for (const { name, type, shape, begin } of entries) {
    const tensor = `${file}: ${name}`;
    if (tensors.has(name)) throw damaged(tensor, 'the name twice');
    const [columns = 1] = shape.toReversed();
    const row = sizeOfRow(type, columns);
    if (row === undefined) throw damaged(tensor, `rows of ${columns} elements, which are no whole blocks of ${type}`);
    const length = shape.slice(0, -1).reduce((product, axis) => product * axis, row);
    if (begin % alignment !== 0) throw damaged(tensor, `the offset ${begin}, no multiple of ${alignment}`);
    const offset = dataOffset + begin;
    if (!(offset + length <= size)) throw damaged(tensor, `an end at byte ${offset + length} of a file of ${size}`);
    tensors.set(name, { name, type, shape, offset, length });
  }
  let covered = 0;
  for (const { name, offset, length } of [...tensors.values()].toSorted((a, b) => a.offset - b.offset)) {
    if (offset < covered) throw damaged(`${file}: ${name}`, 'bytes that are also another tensor’s');
    covered = offset + length;
  }
  return tensors;
}
