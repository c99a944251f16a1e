/** Which tensors are the embedding and the output head, in the names that most families share. */
export interface EmbeddingWeights {
  /** Whether one matrix serves as embedding and as output head. */
  readonly tiedEmbeddings: boolean;
  /** The tensor of the embedding, and that of the output head; the same one where they are tied. */
  readonly embeddingWeight: string;
  readonly headWeight: string;
}

/** Those of a config, where its family speaks of them. */
export function embeddingsOf(config: object): EmbeddingWeights | undefined {
  return 'embeddingWeight' in config && 'headWeight' in config ? (config as EmbeddingWeights) : undefined;
}

export interface EmbeddingNames {
  readonly embedding?: string;
  readonly head?: string;
}

/**
 * Tied where the config says so, and where it says nothing and no output matrix is stored. A tied matrix may be stored
 * under either name.
 */
export function readEmbeddings(
  tie: boolean | null | undefined,
  stored: ReadonlySet<string>,
  { embedding = 'model.embed_tokens.weight', head = 'lm_head.weight' }: EmbeddingNames = {},
): EmbeddingWeights {
  const tiedEmbeddings = tie ?? !stored.has(head);
  if (!tiedEmbeddings) return { tiedEmbeddings, embeddingWeight: embedding, headWeight: head };
  const weight = stored.has(head) && !stored.has(embedding) ? head : embedding;
  return { tiedEmbeddings, embeddingWeight: weight, headWeight: weight };
}
