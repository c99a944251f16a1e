/** Checkpoints whose weights another program packed into fewer bits: refused by what they are, never read as something else. */
import { describeValue } from '@linchpin/errors';
import { quantizedCheckpoint } from './errors.ts';
import { isJsonObject, type JsonObject } from './read-json.ts';

/** What `quant_method` of config.json stands for. */
const methods: Readonly<Record<string, string>> = {
  aqlm: 'AQLM, codebooks of vectors',
  awq: 'AWQ, matrices of 4-bit integers scaled by activations',
  bitsandbytes: 'bitsandbytes, matrices of 4-bit floats or 8-bit integers',
  'compressed-tensors': 'compressed-tensors, as llm-compressor writes them',
  eetq: 'EETQ, matrices of 8-bit integers',
  fbgemm_fp8: 'FBGEMM, floats of 8 bits (fp8)',
  fp8: 'floats of 8 bits (fp8) with scales of blocks',
  gptq: 'GPTQ, matrices of 2- to 8-bit integers',
  hqq: 'HQQ, matrices of 1- to 8-bit integers',
  mxfp4: 'MXFP4, floats of 4 bits with shared exponents',
  torchao: 'torchao, tensors of PyTorch that hold integers',
};

/** Tensors that only such programs store beside a weight. */
const traces: readonly (readonly [RegExp, string])[] = [
  [/\.(?:qweight|qzeros|g_idx)$/, 'GPTQ or AWQ, matrices of packed integers'],
  [/\.weight\.(?:quant_map|absmax|quant_state\.bitsandbytes__\w+)$/, 'bitsandbytes, matrices of 4-bit floats'],
  [/\.(?:SCB|weight_format)$/, 'bitsandbytes, matrices of 8-bit integers'],
  [/\.weight_scale(?:_inv)?$/, 'floats of 8 bits (fp8), or integers, with scales beside'],
  [/\.weight_packed$/, 'compressed-tensors, as llm-compressor writes them'],
];

/** Throws where config.json says that the weights are quantized. */
export function refuseQuantizedConfig(config: JsonObject, file: string): void {
  const quantization = config['quantization_config'] ?? undefined;
  if (quantization === undefined) return;
  const method = isJsonObject(quantization) ? (quantization['quant_method'] ?? quantization) : quantization;
  const meaning = typeof method === 'string' && Object.hasOwn(methods, method) ? ` (${methods[method]})` : '';
  throw quantizedCheckpoint(`${file}: quantization_config`, `weights quantized by ${describeValue(method)}${meaning}`);
}

/** Throws where tensors are there that only quantized weights have, although config.json says nothing of them. */
export function refuseQuantizedTensors(names: Iterable<string>, file: string): void {
  for (const name of names)
    for (const [trace, meaning] of traces)
      if (trace.test(name)) throw quantizedCheckpoint(`${file}: ${name}`, `a part of quantized weights (${meaning})`);
}
