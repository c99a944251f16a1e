// Written by scripts/generate-indexes.ts from the files of ../groups. Do not edit.
import type { TaskGroup } from '../task-group.ts';
import { mmlu } from '../groups/mmlu.ts';

export const groups: readonly TaskGroup[] = [mmlu];
