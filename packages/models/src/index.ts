export { type Checkpoint, openCheckpoint } from './checkpoint.ts';
export { familyFor } from './family-for.ts';
export { families } from './generated/families.ts';
export { nonFiniteWeights } from './errors.ts';
export { findNonFinite, type NonFiniteWeight } from './non-finite.ts';
export { type Decoder, openDecoder } from './open-decoder.ts';
export { validateTensors } from './validate-tensors.ts';
export { type DecoderCheckpoint, layCheckpoint, type LayOptions } from './lay-checkpoint.ts';
export { loadTokenizer } from './tokenizer.ts';
