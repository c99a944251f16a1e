/** Which tensor of a GGUF file becomes which of the checkpoint, and what has to be undone on the way. */
import type { GgufTensor } from '@linchpin/gguf';
import type { Metadata } from './metadata.ts';
import { type NamedArchitecture, readArchitecture } from './read-architecture.ts';
import type { Rearrangement } from './architectures.ts';

export interface PlannedTensor {
  readonly name: string;
  /** F16 and BF16 stay so; everything else becomes F32. */
  readonly dtype: 'F32' | 'F16' | 'BF16';
  readonly shape: readonly number[];
  readonly source: GgufTensor;
  /** Heads whose rows have the two members of each rotary pair beside each other. */
  readonly pairedHeads?: number;
  readonly transposed?: true;
  /** Added to every value. */
  readonly offset?: number;
}

/** Factors and permutations that are taken from the config, or that no model uses. */
const leftovers = /^(?:rope_freqs|blk\.\d+\.attn_rot_embd)\.weight$/;

/** Tensors that the architecture's table does not name keep their names: whoever compares them with the model says what is unused. */
export function planTensors(metadata: Metadata): PlannedTensor[] {
  const architecture = readArchitecture(metadata);
  return [...metadata.tensors.values()]
    .filter(({ name }) => !leftovers.test(name))
    .map((source) => planTensor(source, architecture, metadata));
}

function planTensor(source: GgufTensor, architecture: NamedArchitecture, metadata: Metadata): PlannedTensor {
  const { stem, layer, kind } =
    /^(?<stem>(?:blk\.(?<layer>\d+)\.)?.+)\.(?<kind>weight|bias)$/.exec(source.name)?.groups ?? {};
  const key = layer === undefined ? stem : stem?.replace(`blk.${layer}.`, 'blk.N.');
  const { modules, rearranged = {}, normOffset } = architecture;
  const module = key !== undefined && Object.hasOwn(modules, key) ? modules[key] : undefined;
  const isNorm = module !== undefined && module.endsWith('norm');
  const dtype = source.type === 'F16' || source.type === 'BF16' ? source.type : 'F32';
  const name = module === undefined ? source.name : `${module.replace('.N.', `.${layer}.`)}.${kind}`;
  return {
    name,
    source,
    ...(isNorm && normOffset !== undefined ? { dtype: 'F32', offset: normOffset } : { dtype }),
    ...rearrange(source, key === undefined ? undefined : rearranged[key], { architecture, metadata }),
  };
}

interface Context {
  readonly architecture: NamedArchitecture;
  readonly metadata: Metadata;
}

function rearrange(
  { shape }: GgufTensor,
  rearrangement: Rearrangement | undefined,
  { architecture: { name }, metadata }: Context,
): Pick<PlannedTensor, 'shape' | 'pairedHeads' | 'transposed'> {
  if (rearrangement === 'transposed' && shape.length === 2) return { shape: shape.toReversed(), transposed: true };
  if (rearrangement === undefined || rearrangement === 'transposed') return { shape };
  const all = metadata.number(`${name}.attention.head_count`) ?? 1;
  const heads = rearrangement === 'queryPairs' ? all : (metadata.number(`${name}.attention.head_count_kv`) ?? all);
  const rows = shape[0] ?? 0;
  if (rows % (2 * heads) !== 0)
    throw metadata.invalid(`${name}.attention.head_count`, `a number of heads of even size in ${rows} rows`);
  return { shape, pairedHeads: heads };
}
