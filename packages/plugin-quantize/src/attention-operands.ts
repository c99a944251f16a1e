/**
 * Operands of the products inside attention, quantized and dequantized: q, k and v before they are rotated (SmoothQuant's
 * `quantize_bmm_input`), and the probabilities, which its code leaves alone. Attention itself stays in float32.
 */
import type { RewriteContext, RewriteResult } from '@linchpin/plugin-api';
import { type ActivationQuantizer, layCodes, layDequantized, layGroupScale } from './activation-scale.ts';
import { layQuantizeDequantize } from './input-quantizer.ts';

/** q, k or v: [tokens, width]. */
export function layOperand({ graph, value, rowShape }: RewriteContext, quantizer: ActivationQuantizer): RewriteResult {
  return { value: layQuantizeDequantize(graph, value, rowShape, quantizer) };
}

/** Probabilities, [rows, keyValueHeads, heads a key, rowLength, rowLength]: a scale a sequence, or one a head and token. */
export function layProbabilities({ graph, value }: RewriteContext, quantizer: ActivationQuantizer): RewriteResult {
  const axes = quantizer.granularity === 'per_tensor' ? [1, 2, 3, 4] : [4];
  const scale = layGroupScale(graph, value, axes, quantizer);
  return { value: layDequantized(graph, layCodes(graph, value, scale), scale) };
}
