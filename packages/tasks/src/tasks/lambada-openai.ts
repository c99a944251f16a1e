/**
 * LAMBADA in OpenAI's version (see ../lambada.ts). lm-evaluation-harness draws examples from the questions themselves, which may be
 * among their own.
 */
import type { Task } from '@linchpin/plugin-api';
import { type LambadaRow, lambadaTask } from '../lambada.ts';

export const lambadaOpenai: Task<LambadaRow> = lambadaTask('lambada_openai', 'lambada_openai');
