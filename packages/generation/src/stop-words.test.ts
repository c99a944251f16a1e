import { expect, it } from 'vitest';
import { isStopWord } from './stop-words.ts';

it('isStopWord looks at the text alone, as it is written or in capitals, with or without a space', () => {
  for (const text of ['the', ' the', ' The', ',', '.', ' and']) expect(isStopWord(text)).toBe(true);
  for (const text of ['cold', ' garden', '', ' ', 'theory', '…x']) expect(isStopWord(text)).toBe(false);
});
