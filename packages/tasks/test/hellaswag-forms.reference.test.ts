/**
 * HellaSwag's rows in the form that others processed are, for the 1000 rows that there are in both, what the processing
 * makes of the hub's: equal answers, equal contexts and endings but for capital letters and white space at the ends.
 */
import { readRows } from '@linchpin/datasets';
import type { Question } from '@linchpin/plugin-api';
import { describeShared, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { hellaswag } from '../src/tasks/hellaswag.ts';

const files = { hub: 'hellaswag/validation_raw_sample1000.jsonl', processed: 'hellaswag/validation_processed.jsonl' };

describeShared(
  'the forms of HellaSwag',
  Object.values(files).map((file) => `datasets/${file}`),
  () => {
    it('agree on every row', async () => {
      const processed = new Set<string>();
      for await (const { value } of readRows(sharedPath(`datasets/${files.processed}`))) {
        const row = hellaswag.parseRow(value);
        expect(hellaswag.variantOf?.(row)).toBe('processed');
        processed.add(keyOf(hellaswag.toQuestion(row)));
      }
      const hub = await Array.fromAsync(readRows(sharedPath(`datasets/${files.hub}`)));
      const missing = hub.filter(({ value }) => !processed.has(keyOf(hellaswag.toQuestion(hellaswag.parseRow(value)))));
      expect(missing.map(({ line }) => line)).toEqual([]);
      expect(hub).toHaveLength(1000);
    });
  },
);

function keyOf(question: Question): string {
  if (question.kind !== 'multiple-choice') throw new Error(question.kind);
  const { context, choices, answer } = question;
  return JSON.stringify([context.toLowerCase().trim(), choices.map((choice) => choice.trim()), answer]);
}
