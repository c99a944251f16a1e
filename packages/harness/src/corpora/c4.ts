/** C4: 256 random segments, or one window a document where the model's card says so. */
import { c4, keptWindows, onePerDocument } from '@linchpin/perplexity';
import { about, type NamedCorpus, windowOptions } from '../named-corpus.ts';

export const c4Corpus: NamedCorpus = {
  name: 'c4',
  async open({ file }, opened, options) {
    const protocol = opened.card?.perplexity?.c4;
    const documents = await options.documents(file);
    const read = protocol?.windows === 'one-per-document' ? onePerDocument : c4;
    const text = keptWindows(read(documents, windowOptions(opened, options, protocol?.window)));
    // That no document is long enough is only said when a first window is asked for.
    about(file, () => text.windows().next());
    return { text, mostWindows: text.windowCount ?? documents.length };
  },
  read: async ({ file }, options) => ({ documents: await options.documents(file) }),
};
