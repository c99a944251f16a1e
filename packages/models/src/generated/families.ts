// Written by scripts/generate-indexes.ts from the files of ../families. Do not edit.
import type { ModelFamily } from '@linchpin/plugin-api';
import { llama } from '../families/llama.ts';

export const families: readonly ModelFamily[] = [llama];
