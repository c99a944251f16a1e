/** The small files of a checkpoint: config.json, tokenizer.json and whatever else it says of itself. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface CheckpointTexts {
  /** The text of a name, for example `tokenizer.json`; undefined where there is none. Rejects where it cannot be read. */
  readText(name: string): Promise<string | undefined>;
  /** What errors call the text of a name: in a folder its path. */
  locate(name: string): string;
}

/** Those that lie in a folder as files. */
export function folderTexts(folder: string): CheckpointTexts {
  const locate = (name: string): string => join(folder, name);
  return {
    locate,
    async readText(name) {
      try {
        return await readFile(locate(name), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}
