import { fileURLToPath } from 'node:url';

// Plain JavaScript: nothing is built or installed beside the checkpoint, whose folder this is.
export const modelFolder = fileURLToPath(new URL('.', import.meta.url)).replace(/[/\\]$/, '');
