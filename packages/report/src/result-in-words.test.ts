import { expect, it } from 'vitest';
import { resultInWords } from './result-in-words.ts';

const table = { columns: ['a'], rows: [['1']] };

it('has the table, what is remarked, what is shown, and where the files are', () => {
  const words = resultInWords({
    table,
    remarks: ['How it was made.', 'A note.'],
    shows: ['It is one.'],
    files: { Figure: 'f.svg', Points: 'f.csv' },
  });
  expect(words.split('\n').slice(-7)).toEqual([
    'How it was made.',
    'A note.',
    '',
    'It is one.',
    '',
    'Figure: f.svg   Points: f.csv',
    '',
  ]);
  expect(resultInWords({ table, remarks: ['Made.'], files: { Table: 't.csv' } })).toMatch(/Made\.\n\nTable: t\.csv\n$/);
});
