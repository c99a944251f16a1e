import type { DecoderCheckpoint } from '@linchpin/models';

/** A checkpoint that can be remembered: its content has a hash. */
export interface HashedCheckpoint extends DecoderCheckpoint {
  readonly checkpoint: { contentHash(): Promise<string> };
}
