/** The small files of a checkpoint: config.json, tokenizer.json and whatever else it says of itself. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileTooLarge } from './errors.ts';

export interface CheckpointTexts {
  /** The text of a name, for example `tokenizer.json`; undefined where there is none. Rejects where it cannot be read. */
  readText(name: string): Promise<string | undefined>;
  /** The bytes of a file that is no text, where such files are: `tokenizer.model`. Rejects for one of more than `most` bytes. */
  readBytes?(name: string, most: number): Promise<Uint8Array | undefined>;
  /** What errors call the text of a name: in a folder its path. */
  locate(name: string): string;
}

/** Those that lie in a folder as files. */
export function folderTexts(folder: string): CheckpointTexts {
  const locate = (name: string): string => join(folder, name);
  return {
    locate,
    readText: async (name) => ifThere(readFile(locate(name), 'utf8')),
    async readBytes(name, most) {
      const facts = await ifThere(stat(locate(name)));
      if (facts === undefined) return undefined;
      if (facts.size > most) throw fileTooLarge(locate(name), facts.size, most);
      return await readFile(locate(name));
    },
  };
}

async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
