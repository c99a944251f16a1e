import { testTask } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { wikitext } from './wikitext.ts';

testTask(wikitext, [{ page: ' = One = \n a , b\n' }], [{ field: 'page', row: { page: '' } }]);

it('counts the words and bytes of the page before it is detokenised', () => {
  // `é , b\n` has 7 bytes and 4 words, the empty one at its end included.
  expect(wikitext.toQuestion({ page: 'é , b\n' })).toEqual({ kind: 'whole-text', text: 'é, b\n', words: 4, bytes: 7 });
});
