/** Some items of a part as they lie in the store: what was asked apart, kept once for all runs. */
import { createHash } from 'node:crypto';
import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { RecordedItem } from '@linchpin/plugin-api';
import { type AnsweredItem, answeredOf, type AskedItem, askedOf, joinItems } from './asked-and-answered.ts';

/** Items of one block: as many as compress well together. */
export const blockItems = 256;

export interface ItemBlock {
  /** sha256 of the questions before compression. */
  readonly key: Uint8Array;
  /** JSON of what was asked, compressed. */
  readonly questions: Uint8Array;
  /** JSON of what was answered, compressed. */
  readonly answers: Uint8Array;
  /** crc32 over the answers. */
  readonly checksum: number;
}

/** A block on its way into the store. */
export interface PackedBlock extends Omit<ItemBlock, 'key' | 'questions'> {
  readonly key: Buffer;
  /** Absent where the store has them already. */
  readonly questions?: Uint8Array;
}

/** Items in blocks. */
export function* inBlocks(items: readonly RecordedItem[]): Generator<readonly RecordedItem[], void, void> {
  for (let first = 0; first < items.length; first += blockItems) yield items.slice(first, first + blockItems);
}

/** `known` is the key of the questions where the store has them. */
export function packItems(items: readonly RecordedItem[], known?: Buffer): PackedBlock {
  const answers = compress(JSON.stringify(items.map(answeredOf)));
  const checksum = crc32(answers);
  if (known !== undefined) return { key: known, answers, checksum };
  const questions = JSON.stringify(items.map(askedOf));
  const key = createHash('sha256').update(questions).digest();
  return { key, questions: compress(questions), answers, checksum };
}

/** The items again; undefined where a part of the block is damaged. */
export function unpackItems({ key, questions, answers, checksum }: ItemBlock): RecordedItem[] | undefined {
  if (crc32(answers) !== checksum) return undefined;
  const text = decompressed(questions);
  if (text === undefined || !createHash('sha256').update(text).digest().equals(key)) return undefined;
  const asked = JSON.parse(text) as readonly AskedItem[];
  return joinItems(asked, JSON.parse(decompress(answers)) as readonly AnsweredItem[]);
}

export function compress(text: string): Uint8Array {
  return zstdCompressSync(text);
}

export function decompress(bytes: Uint8Array): string {
  return zstdDecompressSync(bytes).toString('utf8');
}

function decompressed(bytes: Uint8Array): string | undefined {
  try {
    return decompress(bytes);
  } catch {
    return undefined;
  }
}
