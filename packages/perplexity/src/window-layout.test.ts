import { describe, expect, it } from 'vitest';
import { characterTokenizer, textOf } from '../test/character-tokenizer.ts';
import { layOutWindows } from './window-layout.ts';

const tokenizer = characterTokenizer();

describe('layOutWindows', () => {
  it("takes the papers' protocol when nothing is said", () => {
    const layout = layOutWindows({ tokenizer, contextLength: 4096 });
    expect(layout).toMatchObject({ requestedWindow: 2048, window: 2048, content: 2048, bos: 'first', bosId: 1 });
    expect(textOf(layout.encode('ab'))).toBe('^ab');
  });

  it("shrinks a window to the model's context and says what was asked for", () => {
    expect(layOutWindows({ tokenizer, contextLength: 512 })).toMatchObject({ requestedWindow: 2048, window: 512 });
  });

  it('begins every window with the BOS and leaves one token of text less', () => {
    const layout = layOutWindows({ tokenizer, contextLength: 8, window: 4, bos: 'every-window' });
    expect(layout).toMatchObject({ window: 4, content: 3, bosId: 1 });
    expect(textOf(layout.toWindow(layout.encode('abc')))).toBe('^abc');
  });

  it('says that there is no BOS where none is put', () => {
    expect(layOutWindows({ tokenizer, contextLength: 8, bos: 'never' }).bosId).toBeNull();
    const withoutOwn = layOutWindows({ tokenizer: characterTokenizer({ addsBos: false }), contextLength: 8 });
    expect(withoutOwn.bosId).toBeNull();
    expect(textOf(withoutOwn.encode('ab'))).toBe('ab');
  });

  it('refuses a BOS that the tokenizer does not have', () => {
    const options = {
      tokenizer: characterTokenizer({ bosId: undefined }),
      contextLength: 8,
      bos: 'every-window',
    } as const;
    expect(() => layOutWindows(options)).toThrow(expect.objectContaining({ code: 'perplexity/no-bos' }));
  });

  it.each([1, 0, 2.5, Number.NaN])('refuses a window of %d tokens', (window) => {
    expect(() => layOutWindows({ tokenizer, contextLength: 8, window })).toThrow(
      expect.objectContaining({ code: 'perplexity/window-too-short' }),
    );
  });
});
