import { configField } from './errors.ts';

/** Fields of config.json that most families share. */
export interface HeadFields {
  readonly hidden_size: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads?: number | null | undefined;
  readonly head_dim?: number | null | undefined;
}

export interface AttentionHeads {
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
}

/**
 * One key and value head a query head, and heads that share the hidden size among them, unless the config says
 * otherwise. With an explicit head_dim the heads need not divide the hidden size, as transformers 5.23.0 wants it.
 */
export function readHeads(fields: HeadFields, file: string): AttentionHeads {
  const { hidden_size: hiddenSize, num_attention_heads: heads, num_key_value_heads: given, head_dim: headDim } = fields;
  const keyValueHeads = given ?? heads;
  const headSize = headDim ?? hiddenSize / heads;
  const refuse = (field: keyof HeadFields, expected: string): Error =>
    configField({ file, field, found: fields[field], expected });
  if (!Number.isInteger(headSize)) {
    throw refuse('num_attention_heads', `a divisor of hidden_size, ${hiddenSize}, or a head_dim`);
  }
  if (heads % keyValueHeads !== 0) throw refuse('num_key_value_heads', `a divisor of num_attention_heads, ${heads}`);
  return { heads, keyValueHeads, headSize };
}

/** Rotary positions turn channels in pairs. */
export function checkHeadsAreEven(fields: HeadFields, { headSize }: AttentionHeads, file: string): void {
  if (headSize % 2 === 0) return;
  const field = fields.head_dim ? 'head_dim' : 'num_attention_heads';
  throw configField({ file, field, found: fields[field], expected: `heads of an even size, not of ${headSize}` });
}
