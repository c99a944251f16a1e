/**
 * Tokens that stand before every tree of a batch. Their keys and values are computed in parts of equal length, from the
 * beginning: what a part gives depends on the tokens up to its end and on nothing else, so that parts which are kept from a
 * prefix before have the bits that computing them again would give.
 */
export interface BatchPrefix {
  readonly tokenIds: Int32Array;
  /** Tokens of every part; the last one may have fewer. */
  readonly partLength: number;
}

/** How many tokens of the prefix lie in parts that another one has, too: those need not be computed again. */
export function sharedTokens(prefix: BatchPrefix, other: BatchPrefix | undefined): number {
  if (other === undefined || other.partLength !== prefix.partLength) return 0;
  const { tokenIds } = prefix;
  const most = Math.min(tokenIds.length, other.tokenIds.length);
  let common = 0;
  while (common < most && tokenIds[common] === other.tokenIds[common]) common++;
  if (common === tokenIds.length && common === other.tokenIds.length) return common;
  return common - (common % prefix.partLength);
}
