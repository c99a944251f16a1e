/**
 * One hash for a whole checkpoint: the sha256 of what `sha256sum config.json tokenizer.json <weight files>` prints in
 * the folder, the weight files sorted by name and tokenizer.json only where there is one; what stands in its place where there is none
 * (tokenizer.model, or vocab.json and merges.txt) is taken instead. The index of shards is not part of it: it says where tensors
 * lie, not what they are. Of a GGUF file, which holds all of this, it is the line of the file alone.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pLimit from 'p-limit';

/** Files read at the same time. */
const concurrency = 4;
const pieceBytes = 1024 * 1024;

/**
 * `names` in the order in which they are hashed; they are paths inside the folder. `hashFile` is asked for the sha256 of
 * every one, which is where hashes of earlier runs may come in.
 */
export async function contentHash(
  folder: string,
  names: readonly string[],
  hashFile: (file: string) => Promise<string> = fileHash,
): Promise<string> {
  const limit = pLimit(concurrency);
  const lines = await limit.map(names, async (name) => `${await hashFile(join(folder, name))}  ${name}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/** The sha256 of a file; `onBytes` is called with every piece that is read. */
export async function fileHash(file: string, onBytes: (bytes: number) => void = () => {}): Promise<string> {
  const hash = createHash('sha256');
  const stream = createReadStream(file, { highWaterMark: pieceBytes });
  stream.on('data', (piece) => {
    try {
      onBytes(piece.length);
    } catch (error) {
      // Whoever watches may end the reading.
      stream.destroy(error as Error);
    }
  });
  await pipeline(stream, hash);
  return hash.digest('hex');
}
