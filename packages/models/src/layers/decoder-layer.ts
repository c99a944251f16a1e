/** A decoder layer, described as its two blocks and the norms around them: attention, then MLP, each added to the residual stream. */
import type { Value } from '@linchpin/onnx';
import type { DecoderBuilder, ExpectedTensor, LinearFacts, LinearRole } from '@linchpin/plugin-api';
import type { Linear } from '../linear-tensors.ts';

/** A product that interventions go through. */
export interface LayerProduct extends Linear, Pick<LinearFacts, 'role' | 'operands'> {}

export interface Norm {
  readonly module: string;
  readonly tensors: readonly ExpectedTensor[];
  /** Whether what is divided out of its weight is divided out of its output. */
  readonly folds: boolean;
  lay(decoder: DecoderBuilder, x: Value): Value;
}

export interface LayerBlock {
  /** In the order of their use. */
  readonly products: readonly LayerProduct[];
  /** Tensors besides those of the products. */
  readonly tensors?: readonly ExpectedTensor[];
}

export interface AttentionBlock extends LayerBlock {
  /** Everything up to the output projection: [tokens, hidden] → [tokens, heads · headSize]. */
  mix(decoder: DecoderBuilder, x: Value): Value;
  /** The output projection, for which every token is by itself. */
  project(decoder: DecoderBuilder, mixed: Value): Value;
}

export interface MlpBlock extends LayerBlock {
  /** [tokens, hidden] from the same. */
  lay(decoder: DecoderBuilder, x: Value): Value;
}

export interface DecoderLayer {
  readonly module: string;
  readonly attention: AttentionBlock;
  readonly mlp: MlpBlock;
  readonly norms: LayerNorms;
}

/** Norms of a block's input and of its output, where there are any. */
export interface LayerNorms {
  readonly beforeAttention?: Norm;
  readonly afterAttention?: Norm;
  readonly beforeMlp?: Norm;
  readonly afterMlp?: Norm;
}

/** The residual stream behind the layer, from that before it. */
export function layLayer(
  decoder: DecoderBuilder,
  { module, attention, mlp, norms }: DecoderLayer,
  { x, isLast }: { readonly x: Value; readonly isLast: boolean },
): Value {
  const entering = decoder.site(`${module}.input`, x);
  const mixed = attention.mix(decoder, through(decoder, norms.beforeAttention, entering));
  // Behind the last attention every token is by itself, and only those that are scored are needed.
  const [residual, attended] = isLast ? decoder.keepScored([entering, mixed]) : [entering, mixed];
  const attentionOutput = through(decoder, norms.afterAttention, attention.project(decoder, attended!));
  const between = decoder.graph.apply('Add', [residual!, attentionOutput]);
  if (norms.afterAttention === undefined) decoder.halfway(module, between);
  const mlpOutput = through(decoder, norms.afterMlp, mlp.lay(decoder, through(decoder, norms.beforeMlp, between)));
  return decoder.site(`${module}.output`, decoder.graph.apply('Add', [between, mlpOutput]));
}

export function layerProducts({ attention, mlp }: DecoderLayer): readonly LayerProduct[] {
  return [...attention.products, ...mlp.products];
}

/** Tensors of the norms and blocks that are not those of products. */
export function otherTensors({ attention, mlp, norms }: DecoderLayer): readonly ExpectedTensor[] {
  const ofNorms = Object.values(norms).flatMap((norm: Norm) => norm.tensors);
  return [...ofNorms, ...(attention.tensors ?? []), ...(mlp.tensors ?? [])];
}

/** The norm that a product's input comes from. */
export function normBefore({ norms }: DecoderLayer, role: LinearRole): Norm | undefined {
  switch (role) {
    case 'query':
    case 'key':
    case 'value':
    case 'query-key-value':
      return norms.beforeAttention;
    case 'router':
    case 'mlp-input':
      return norms.beforeMlp;
    case 'attention-output':
    case 'mlp-output':
      return undefined;
  }
}

function through(decoder: DecoderBuilder, norm: Norm | undefined, x: Value): Value {
  return norm === undefined ? x : norm.lay(decoder, x);
}
