/**
 * What is trained in the comparison: all weights; LoRA (arXiv 2106.09685) of rank 32 on q, k, v, up and down; SMT (arXiv
 * 2405.15525) with as many blocks of 256 as make 0.88 % of the 134M shape, over q, k and v of all layers but the lowest two.
 */
import type { Decoder, TrainingOptions } from '@linchpin/models';
import type { MatrixBlock } from '@linchpin/autodiff';
import type { Adapter } from '@linchpin/plugin-api';

export const methodNames = ['full', 'lora', 'smt'] as const;

export type MethodName = (typeof methodNames)[number];

export interface LoraSettings {
  readonly rank: number;
  readonly scale: number;
  /** Last parts of the names of modules. */
  readonly modules: readonly string[];
}

/** As the programs on both sides read them. */
export interface MethodSettings {
  readonly lora: LoraSettings;
  readonly smt: { readonly blocks: Readonly<Record<string, readonly MatrixBlock[]>> };
}

const share = 0.0088;
const lowestLayer = 2;
const largestBlock = 256;
const blockModules = ['q_proj', 'k_proj', 'v_proj'];

export function methodSettings(decoder: Decoder): MethodSettings {
  const lora = { rank: 32, scale: 2, modules: ['q_proj', 'k_proj', 'v_proj', 'up_proj', 'down_proj'] };
  return { lora, smt: { blocks: blocksOf(decoder) } };
}

type Parts = Pick<TrainingOptions, 'trained' | 'adapters'>;

export function partsOf(method: MethodName, decoder: Decoder): Parts {
  const settings = methodSettings(decoder);
  switch (method) {
    case 'full':
      return { trained: decoder.family.tensors(decoder.config).map(({ name }) => name) };
    case 'lora':
      return { trained: [], adapters: adaptersOf(decoder, settings.lora) };
    case 'smt':
      return { trained: Object.entries(settings.smt.blocks).map(([name, blocks]) => ({ name, blocks })) };
  }
}

/** Spread over layers, matrices and places as evenly as can be, which is the dearest choice. */
function blocksOf({ family, config, tensors }: Decoder): Record<string, MatrixBlock[]> {
  const matrices = Array.from({ length: config.layers }, (_, layer) => layer).flatMap((layer) =>
    layer < lowestLayer ? [] : blockModules.map((name) => matrixOf(family.layerModule(config, layer), name)),
  );
  const all = [...tensors.values()].reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const [rows, columns] = tensors.get(matrices[0]!)!.shape as [number, number];
  const size = Math.min(largestBlock, rows, columns);
  const count = Math.max(1, Math.round((share * all) / size ** 2));
  const blocks: Record<string, MatrixBlock[]> = {};
  for (let index = 0; index < count; index++) {
    const name = matrices[Math.floor((index * matrices.length) / count) % matrices.length]!;
    const [out, width] = tensors.get(name)!.shape as [number, number];
    const before = (blocks[name] ??= []);
    const across = Math.floor(width / size);
    const place = (index + before.length) % (across * Math.floor(out / size));
    before.push({
      row: Math.floor(place / across) * size,
      column: (place % across) * size,
      rows: size,
      columns: size,
    });
  }
  return blocks;
}

function matrixOf(layer: string, module: string): string {
  return `${layer}.self_attn.${module}.weight`;
}

/** output + scale · input · Aᵀ · Bᵀ */
function adaptersOf({ family, config, tensors }: Decoder, { rank, scale, modules }: LoraSettings): Adapter[] {
  const adapted = family.layerMatrices(config).filter((name) => modules.includes(name.split('.').at(-2)!));
  return adapted.map((matrix) => {
    const module = matrix.replace(/\.weight$/, '');
    const [out, columns] = tensors.get(matrix)!.shape as [number, number];
    const [a, b] = [`${module}.lora_A`, `${module}.lora_B`];
    const spread = Float32Array.from({ length: rank * columns }, (_, i) => (((i * 40503) % 1000) / 1000 - 0.5) * 0.05);
    return {
      module,
      tensors: [
        { name: a, shape: [rank, columns], initial: spread },
        { name: b, shape: [out, rank], initial: new Float32Array(out * rank) },
      ],
      lay({ graph, input, output, ...context }) {
        const attributes = { transB: 1 };
        const down = graph.apply('Gemm', [input, context.trained(a)], { attributes });
        const up = [down, context.trained(b), output];
        return graph.apply('Gemm', up, { attributes: { ...attributes, alpha: scale } });
      },
    };
  });
}
