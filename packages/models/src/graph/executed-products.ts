/** Products that interventions execute in their own way, on tensors that were encoded from the matrix. */
import { internalError } from '@linchpin/errors';
import type { Graph, Value } from '@linchpin/onnx';
import type { ExecutedProduct } from '../edit/model-editor.ts';
import type { EncodedProduct } from '../encoded/encode-products.ts';
import type { GraphWeights } from './weights.ts';

export interface ExecutedParts {
  readonly graph: Graph;
  readonly weights: GraphWeights;
  /** By module, as `encoded` is. */
  readonly products: ReadonlyMap<string, Pick<ExecutedProduct, 'execution' | 'intervention'>>;
  readonly encoded: ReadonlyMap<string, EncodedProduct>;
}

export interface ProductInputs {
  readonly x: Value; // float32 [tokens, in]
  readonly bias: Value | undefined; // float32 [out]
  readonly rowShape: Value; // int64 [2]
}

export class ExecutedProducts {
  readonly #parts: ExecutedParts;
  /** What products of one input share, by the input's name and the key. */
  readonly #shared = new Map<string, readonly Value[]>();

  constructor(parts: ExecutedParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#parts.products.size;
  }

  /** Modules whose products are executed. */
  get modules(): Iterable<string> {
    return this.#parts.products.keys();
  }

  /** The product of a module, float32 [tokens, out]; undefined where no intervention executes it. */
  lay(module: string, { x, bias, rowShape }: ProductInputs): Value | undefined {
    const { graph, weights, products, encoded } = this.#parts;
    const execution = products.get(module)?.execution;
    if (execution === undefined) return undefined;
    const product = encoded.get(module);
    if (product === undefined) throw internalError(`${module} is executed as ${execution.name} and was not encoded`);
    return execution.lay({
      graph,
      x,
      encoded: weights.encoded(module, product.tensors),
      ...(bias === undefined ? {} : { bias }),
      rowShape,
      name: `${module}:product`,
      shared: (key, lay) => this.#share(`${x.name}\n${key}`, lay),
    });
  }

  /** Who asked for a product: a place in the chain, undefined for nobody. */
  intervention(module: string): number | undefined {
    return this.#parts.products.get(module)?.intervention;
  }

  #share(key: string, lay: () => readonly Value[]): readonly Value[] {
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const values = lay();
    this.#shared.set(key, values);
    return values;
  }
}
