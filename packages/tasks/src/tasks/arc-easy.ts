/** ARC-Easy, the remaining questions of ARC (arXiv 1803.05457; see ../arc.ts). */
import type { Task } from '@linchpin/plugin-api';
import { type ArcRow, arcTask } from '../arc.ts';

export const arcEasy: Task<ArcRow> = arcTask('arc_easy');
