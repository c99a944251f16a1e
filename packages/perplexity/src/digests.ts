/** sha256 of texts and of token ids, by which two programs can tell that they scored the same windows. */
import { createHash, type Hash } from 'node:crypto';

/** Hexadecimal sha256 of the UTF-8 of a text. */
export function textDigest(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** Hexadecimal sha256 of the UTF-8 of texts, each with a newline behind it. */
export function documentsDigest(documents: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const document of documents) hash.update(document, 'utf8').update('\n');
  return hash.digest('hex');
}

/** sha256 of ids written in decimal and joined by commas, however many pieces they come in. */
export class IdsDigest {
  readonly #hash: Hash = createHash('sha256');
  #isEmpty: boolean = true;

  add(ids: Int32Array): this {
    if (ids.length === 0) return this;
    this.#hash.update(this.#isEmpty ? ids.join(',') : `,${ids.join(',')}`);
    this.#isEmpty = false;
    return this;
  }

  /** Hexadecimal; nothing can be added afterwards. */
  finish(): string {
    return this.#hash.digest('hex');
  }
}

/** Digest of one sequence of ids. */
export function idsDigest(ids: Int32Array): string {
  return new IdsDigest().add(ids).finish();
}
