/** The MLP of two gated matrices (GLU variants, arXiv 2002.05202): down(activation(gate(x)) · up(x)). */
import type { Value } from '@linchpin/onnx';
import type { DecoderBuilder, LinearRole } from '@linchpin/plugin-api';
import { type ActivationName, layActivation } from './activation-functions.ts';
import type { MlpBlock } from './decoder-layer.ts';

export interface GatedMlpOptions {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  /** Of gate, up and down; none when absent. */
  readonly bias?: boolean;
  /** Of the gate. */
  readonly activation: ActivationName;
  /** What the matrices are called; gate_proj, up_proj and down_proj when absent. */
  readonly names?: { readonly gate: string; readonly up: string; readonly down: string };
}

const usualNames = { gate: 'gate_proj', up: 'up_proj', down: 'down_proj' };

export function gatedMlp(module: string, options: GatedMlpOptions): MlpBlock {
  const { hiddenSize, intermediateSize, bias = false, activation, names = usualNames } = options;
  const [gate, up, down] = [`${module}.${names.gate}`, `${module}.${names.up}`, `${module}.${names.down}`];
  const input: { readonly shape: [number, number]; readonly bias: boolean; readonly role: LinearRole } = {
    shape: [intermediateSize, hiddenSize],
    bias,
    role: 'mlp-input',
  };
  return {
    products: [
      { module: gate, ...input },
      { module: up, ...input },
      { module: down, shape: [hiddenSize, intermediateSize], bias, role: 'mlp-output' },
    ],
    lay(decoder, x) {
      const both = [decoder.linear(gate, x, { bias }), decoder.linear(up, x, { bias })] as const;
      return decoder.linear(down, gated(decoder, activation, both), { bias });
    },
  };
}

/** The same with gate and up in one matrix, the gate's rows first. */
export function fusedGatedMlp(module: string, options: Omit<GatedMlpOptions, 'bias' | 'names'>): MlpBlock {
  const { hiddenSize, intermediateSize, activation } = options;
  const [input, output] = [`${module}.gate_up_proj`, `${module}.down_proj`];
  return {
    products: [
      { module: input, shape: [2 * intermediateSize, hiddenSize], bias: false, role: 'mlp-input' },
      { module: output, shape: [hiddenSize, intermediateSize], bias: false, role: 'mlp-output' },
    ],
    lay(decoder, x) {
      const both = decoder.linear(input, x);
      const [gate, up] = decoder.graph.applyAll('Split', [both], { attributes: { axis: 1, num_outputs: 2 } });
      return decoder.linear(output, gated(decoder, activation, [gate!, up!]));
    },
  };
}

/** activation(gate) · up */
function gated({ graph }: DecoderBuilder, activation: ActivationName, [gate, up]: readonly [Value, Value]): Value {
  return graph.apply('Mul', [layActivation(graph, activation, gate), up]);
}
