/** LAMBADA (arXiv 1606.06031) as its authors published it, in lower case with spaces around punctuation (see ../lambada.ts). */
import type { Task } from '@linchpin/plugin-api';
import { type LambadaRow, lambadaTask } from '../lambada.ts';

export const lambadaStandard: Task<LambadaRow> = lambadaTask('lambada_standard', 'lambada_standard_validation');
