/**
 * The two forms in which HellaSwag's rows go round: the hub's, and one to whose texts lm-evaluation-harness's
 * preprocessing (lm_eval/tasks/hellaswag/`utils.py`) was applied already and must not be applied again. The latter lost
 * where `ctx_b` begins, so that it stays as written instead of being capitalized, and the spaces that removed marks leave
 * at the ends of a text (in 59 of 1000 rows that were compared).
 */
import type { Json } from '@linchpin/plugin-api';
import { z } from 'zod';
import { capitalize, strip } from '@linchpin/python-strings';
import { answerIndex, labelWithin, rowParser } from './row-parser.ts';

export type HellaSwagRow = HubRow | ProcessedRow;

interface HubRow {
  readonly form: 'hub';
  readonly activity_label: string;
  readonly ctx_a: string;
  readonly ctx_b: string;
  readonly endings: readonly string[];
  readonly label: number;
}

interface ProcessedRow {
  readonly form: 'processed';
  readonly activity_label: string;
  readonly ctx: string;
  readonly endings: readonly string[];
  readonly label: number;
}

const sharedFields = { activity_label: z.string(), endings: z.array(z.string()).min(2), label: answerIndex };
const parseHub = rowParser('hellaswag', checked(z.object({ ctx_a: z.string(), ctx_b: z.string(), ...sharedFields })));
const parseProcessed = rowParser('hellaswag', checked(z.object({ ctx: z.string(), ...sharedFields })));

/** Parses a row of either form; the hub's rows have a `ctx` too, so that `ctx_a` and `ctx_b` decide. */
export function parseHellaSwag(row: Json): HellaSwagRow {
  return hasField(row, 'ctx') && !hasField(row, 'ctx_a') && !hasField(row, 'ctx_b')
    ? { form: 'processed', ...parseProcessed(row) }
    : { form: 'hub', ...parseHub(row) };
}

/** Context and endings as they are scored. */
export function hellaSwagTexts(row: HellaSwagRow): { readonly context: string; readonly choices: readonly string[] } {
  switch (row.form) {
    case 'hub':
      return {
        context: clean(`${row.activity_label}: ${row.ctx_a} ${capitalize(row.ctx_b)}`),
        choices: row.endings.map((ending) => clean(ending)),
      };
    case 'processed':
      return { context: `${row.activity_label}: ${row.ctx}`, choices: row.endings };
  }
}

/**
 * Removes the marks of WikiHow. Nothing is stripped afterwards: a text keeps the space that followed a removed mark, and
 * of three spaces two are left, because pairs are replaced in one pass.
 */
function clean(text: string): string {
  return strip(text)
    .replaceAll(' [title]', '. ')
    .replaceAll(/\[[^\n]*?\]/g, '') // Python's `.` stops at \n only.
    .replaceAll('  ', ' ');
}

function checked<Row extends { readonly label: number; readonly endings: readonly string[] }>(
  schema: z.ZodType<Row>,
): z.ZodType<Row> {
  return labelWithin(schema, ({ endings }) => endings.length);
}

function hasField(row: Json, name: string): boolean {
  return typeof row === 'object' && row !== null && name in row;
}
