import { testTask } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { lambadaOpenai } from './lambada-openai.ts';

const row = { text: 'Max stayed.\n\nAt last he saw the whale' };

testTask(
  lambadaOpenai,
  [row, { text: 'two  spaces' }],
  [
    { field: 'text', row: { text: 3 } },
    { field: 'text', row: { texts: 'a b' } },
  ],
);

function ask(text: string): unknown {
  return lambadaOpenai.toQuestion(lambadaOpenai.parseRow({ text }));
}

describe('lambadaOpenai', () => {
  it('asks for what follows the last space', () => {
    expect(ask(row.text)).toEqual({
      kind: 'last-word',
      context: 'Max stayed.\n\nAt last he saw the',
      continuation: ' whale',
    });
  });

  it('divides at spaces only, and keeps empty words', () => {
    expect(ask('one\ntwo three\nfour')).toMatchObject({ context: 'one\ntwo', continuation: ' three\nfour' });
    expect(ask('a  b')).toMatchObject({ context: 'a ', continuation: ' b' });
    expect(ask('a b ')).toMatchObject({ context: 'a b', continuation: ' ' });
    expect(ask('word')).toMatchObject({ context: '', continuation: ' word' });
  });
});
