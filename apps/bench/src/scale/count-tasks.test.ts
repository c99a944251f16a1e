import { miniFolder } from '@linchpin/datasets';
import { folderTexts, loadTokenizer } from '@linchpin/models';
import { describe, expect, it } from 'vitest';
import { miniModel } from '../set-up.ts';
import { countTask } from './count-tasks.ts';

describe('countTask', () => {
  it('scales the counts of the first items to the size of the split', async () => {
    const tokenizer = await loadTokenizer(folderTexts(miniModel), { vocabularySize: 4096 });
    const count = (items: number) => countTask('piqa', { datasets: miniFolder, tokenizer, contextLength: 512, items });
    const few = await count(10);
    expect(few).toMatchObject({ task: 'piqa', items: 1838, itemsCounted: 10 });
    expect(few.tokensAsked).toBeGreaterThan(few.tokensComputed);
    expect(few.attendedPairs).toBeGreaterThan(few.tokensComputed);
    // Items of one task are alike: three times as many give about the same.
    expect((await count(30)).tokensAsked / few.tokensAsked).toBeCloseTo(1, 0);
  });
});
