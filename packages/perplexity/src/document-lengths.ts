/** How many tokens documents have, found out no sooner than it is asked: the draw of C4 tokenises a part of a shard only. */
import type { Documents } from './documents.ts';
import { noLongDocument } from './errors.ts';
import type { WindowLayout } from './window-layout.ts';

const unknown = -1;

/** Token counts of documents, each tokenised when it is first asked for: most draws reject, and ids are not kept. */
export class DocumentLengths {
  readonly #documents: Documents;
  readonly #layout: WindowLayout;
  readonly #lengths: Int32Array;
  /** The document that was tokenised last: its ids are usually what is asked for next. */
  #last: { readonly document: number; readonly ids: Int32Array } | undefined;

  constructor(documents: Documents, layout: WindowLayout) {
    this.#documents = documents;
    this.#layout = layout;
    this.#lengths = new Int32Array(documents.length).fill(unknown);
  }

  of(document: number): number {
    const known = this.#lengths[document]!;
    return known === unknown ? this.encode(document).length : known;
  }

  encode(document: number): Int32Array {
    if (this.#last?.document !== document) {
      this.#last = { document, ids: this.#layout.encode(this.#documents.at(document)!) };
      this.#lengths[document] = this.#last.ids.length;
    }
    return this.#last.ids;
  }

  /** Throws unless a document has at least `tokens`; tokenises no more of them than it takes to find one. */
  requireOneOf(tokens: number): void {
    let longest = 0;
    for (let document = 0; document < this.#documents.length; document++) {
      longest = Math.max(longest, this.of(document));
      if (longest >= tokens) return;
    }
    throw noLongDocument({ documents: this.#documents.length, longest, tokens });
  }
}
