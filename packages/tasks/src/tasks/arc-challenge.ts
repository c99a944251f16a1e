/** ARC-Challenge, the questions that retrieval and word co-occurrence get wrong (arXiv 1803.05457; see ../arc.ts). */
import type { Task } from '@linchpin/plugin-api';
import { type ArcRow, arcTask } from '../arc.ts';

export const arcChallenge: Task<ArcRow> = arcTask('arc_challenge');
