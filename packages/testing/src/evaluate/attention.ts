import type { Attributes } from './kernel.ts';
import { mapped, sizeOf, type Tensor } from './tensor.ts';

/** softmax(cap(scale · q · kᵀ) + bias) · v by head, of operands [rows, tokens, heads · headSize]; heads may share keys. */
export function attention([query, key, value, bias]: readonly Tensor[], attributes: Attributes): Tensor {
  const [heads, keyHeads] = [Number(attributes['q_num_heads']), Number(attributes['kv_num_heads'])];
  const [rows, queries, width] = query!.shape as [number, number, number];
  const keys = key!.shape[1]!;
  const size = width / heads;
  const scale = Number(attributes['scale'] ?? 1 / Math.sqrt(size));
  const cap = Number(attributes['softcap'] ?? 0);
  const shape = [rows, heads, queries, keys];
  const zeros = { shape, data: new Float64Array(sizeOf(shape)) };
  const added = bias === undefined ? zeros : mapped([zeros, bias], (_, b) => b);
  const data = new Float64Array(query!.data.length);
  const at = (tensor: Tensor, [row, token, head]: readonly [number, number, number], channel: number): number =>
    tensor.data[(row * tensor.shape[1]! + token) * tensor.shape[2]! + head * size + channel]!;
  for (let row = 0; row < rows; row++)
    for (let head = 0; head < heads; head++) {
      const shared = Math.floor(head / (heads / keyHeads));
      for (let i = 0; i < queries; i++) {
        const scores = Array.from({ length: keys }, (_, j) => {
          let sum = 0;
          for (let c = 0; c < size; c++) sum += at(query!, [row, i, head], c) * at(key!, [row, j, shared], c);
          const capped = cap === 0 ? sum * scale : cap * Math.tanh((sum * scale) / cap);
          return capped + added.data[((row * heads + head) * queries + i) * keys + j]!;
        });
        const largest = Math.max(...scores);
        const exponentials = scores.map((score) => Math.exp(score - largest));
        const total = exponentials.reduce((a, b) => a + b, 0);
        for (let c = 0; c < size; c++) {
          const mixed = exponentials.reduce((sum, e, j) => sum + e * at(value!, [row, j, shared], c), 0);
          data[(row * queries + i) * width + head * size + c] = mixed / total;
        }
      }
    }
  return { shape: query!.shape, data };
}
