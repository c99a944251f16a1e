/** WikiText-2: every window of the text. */
import { readWikitext, textOfFile, wikitext2 } from '@linchpin/perplexity';
import { about, type NamedCorpus, windowOptions } from '../named-corpus.ts';

export const wikitextCorpus: NamedCorpus = {
  name: 'wikitext2',
  async open({ file }, opened, options) {
    const settings = windowOptions(opened, options, opened.card?.perplexity?.wikitext2?.window);
    // A raw file of the original has rows that are joined again, as those of a table are; a plain text is taken as it is.
    const { text: content, reading } = await readWikitext(file);
    const text = about(file, () => wikitext2(content, { ...settings, text: reading }));
    return { text, mostWindows: text.windowCount ?? Infinity };
  },
  async read({ file }) {
    const { text: content, reading } = await readWikitext(file);
    const text = textOfFile(content, reading);
    return { documents: [text], text };
  },
};
