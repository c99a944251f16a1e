/** Walks nodes from the loss back to what is trained, and lays the gradients on the way. */
import { internalError } from '@linchpin/errors';
import type { Graph, Node, OperatorName, Value } from '@linchpin/onnx';
import { blocksUnknown, noGradient } from './errors.ts';
import type { GradientBuilder } from './gradient-builder.ts';
import type { Flow } from './loss.ts';
import type { MatrixBlock } from './matrix-block.ts';
import type { RuleContext } from './rule.ts';
import { gradientRules } from './rules.ts';
import { gemmBlocks, hasBlocks } from './rules/products.ts';

export interface BackwardPassOptions {
  readonly builder: GradientBuilder;
  /** Names of the values that gradients are asked of, or lead to some that are. */
  readonly active: ReadonlySet<string>;
  readonly flow: readonly Flow[];
  /** Matrices of which blocks are trained, by name. */
  readonly blocks: ReadonlyMap<string, readonly MatrixBlock[]>;
  /** Reads a weight a second time instead of a cast that was made of it before. */
  readonly castsAgain: boolean;
}

export class BackwardPass {
  readonly #graph: Graph;
  readonly #options: BackwardPassOptions;
  /** d loss / d value so far, by name. */
  readonly #sums = new Map<string, Value>();
  /** By the name of the matrix, what each node that reads it gave. */
  readonly #ofBlocks = new Map<string, Value>();
  /** What gives a half-precision weight in float32, by its output. */
  readonly #casts: ReadonlyMap<string, Node>;
  /** What gives a value that is not kept but laid again, by its name, and the values that were. */
  readonly #laidAgain: ReadonlyMap<string, Node>;
  readonly #again = new Map<string, Value>();

  constructor(options: BackwardPassOptions) {
    this.#options = options;
    this.#graph = options.builder.graph;
    this.#casts = options.castsAgain ? castsOfWeights(this.#graph, options.active) : new Map();
    this.#laidAgain = laidAgainOf(this.#graph, options.active);
    for (const { of, gradient } of options.flow) {
      if (options.blocks.has(of.name)) throw blocksUnknown(of.name, 'the loss');
      this.add(of.name, gradient);
    }
  }

  /** The gradient of a value as far as the walk has come: of blocks alone where those were asked for. */
  gradientOf(name: string): Value | undefined {
    return this.#ofBlocks.get(name) ?? this.#sums.get(name);
  }

  /** Puts another value in the place of a gradient, which it equals. */
  replace(name: string, gradient: Value): void {
    this.#sums.set(name, gradient);
  }

  add(name: string, gradient: Value): void {
    const sum = this.#sums.get(name);
    this.#sums.set(name, sum === undefined ? gradient : this.#plus(sum, gradient));
  }

  /** Lays the gradients of nodes, given in the order in which they are computed; values that were computed again are read in place of the first ones. */
  through(nodes: readonly Node[], again: ReadonlyMap<string, Value> = new Map()): void {
    for (const node of nodes.toReversed()) this.#through(node, again);
  }

  #through(node: Node, again: ReadonlyMap<string, Value>): void {
    const { active, blocks } = this.#options;
    if (!node.outputs.some((name) => active.has(name) && this.#sums.has(name))) return;
    const reached = node.inputs.filter((name) => active.has(name));
    if (reached.length === 0) return;
    const gradientOf = this.#ruleOf(node);
    const context = this.#contextOf(node, again);
    node.inputs.forEach((name, index) => {
      const ofMatrix = blocks.get(name);
      if (ofMatrix !== undefined) this.#blocksOf(context, index, ofMatrix);
    });
    gradientOf(context).forEach((gradient, index) => {
      if (gradient !== undefined && context.wants[index]) this.add(node.inputs[index]!, gradient);
    });
  }

  #ruleOf(node: Node): (context: RuleContext) => readonly (Value | undefined)[] {
    const rule = gradientRules[node.operator as OperatorName];
    switch (rule.kind) {
      case 'rule':
        return rule.gradientOf;
      case 'refused':
        throw noGradient(node.operator, node.outputs[0]!, rule.reason);
      case 'discrete':
        throw internalError(`a gradient flows back to ${node.operator}`);
    }
  }

  #contextOf(node: Node, again: ReadonlyMap<string, Value>): RuleContext {
    const { builder, active, blocks } = this.#options;
    const gradients = node.outputs.map((name) => (active.has(name) ? this.#sums.get(name) : undefined));
    const due = gradients.find((gradient) => gradient !== undefined)!;
    const read = (name: string): Value => again.get(name) ?? this.#layAgain(name, due) ?? this.#graph.value(name);
    return {
      builder,
      node,
      inputs: node.inputs.map((name) => (name === '' ? undefined : (this.castAgain(name, due) ?? read(name)))),
      outputs: node.outputs.map(read),
      gradients,
      wants: node.inputs.map((name) => active.has(name) && !blocks.has(name)),
      takeSum: (input) => {
        const name = node.inputs[input]!;
        // Where a node reads a value twice, each place would take what the other gave.
        if (node.inputs.indexOf(name) !== node.inputs.lastIndexOf(name)) return undefined;
        const sum = this.#sums.get(name);
        this.#sums.delete(name);
        return sum;
      },
    };
  }

  #blocksOf(context: RuleContext, input: number, blocks: readonly MatrixBlock[]): void {
    const { node } = context;
    const name = node.inputs[input]!;
    if (!hasBlocks(node, input)) throw blocksUnknown(name, node.operator);
    const gradient = gemmBlocks(context, context.gradients[0]!, blocks);
    const sum = this.#ofBlocks.get(name);
    this.#ofBlocks.set(name, sum === undefined ? gradient : this.#plus(sum, gradient));
  }

  /** A float32 copy of a weight that lasts as long as the rule needs it, made no sooner than the gradient is there. */
  castAgain(name: string, due: Value): Value | undefined {
    const cast = this.#casts.get(name);
    if (cast === undefined) return undefined;
    const { builder } = this.#options;
    return this.#graph.cast(builder.after(this.#graph.value(cast.inputs[0]!), [due]), 'float32', 'gradient:Cast');
  }

  /** A value from its operand, which is kept anyway, made no sooner than the gradient is there. */
  #layAgain(name: string, due: Value): Value | undefined {
    const node = this.#laidAgain.get(name);
    const known = this.#again.get(name);
    if (node === undefined || known !== undefined) return known;
    const { builder } = this.#options;
    const { operator, attributes } = node;
    const operand = builder.after(this.#graph.value(node.inputs[0]!), [due]);
    const value = builder.lay(operator as OperatorName, [operand], { attributes });
    this.#again.set(name, value);
    return value;
  }

  #plus(a: Value, b: Value): Value {
    return { ...this.#options.builder.add(a, b), shape: a.shape };
  }
}

/** Nodes whose rules have them laid again, by their output. */
function laidAgainOf(graph: Graph, active: ReadonlySet<string>): Map<string, Node> {
  const found = graph.nodes.filter(({ operator, outputs }) => {
    const rule = gradientRules[operator as OperatorName];
    return rule.kind === 'rule' && rule.isLaidAgain === true && active.has(outputs[0]!);
  });
  return new Map(found.map((node) => [node.outputs[0]!, node]));
}

/** Casts of stored half-precision weights that are not trained. */
function castsOfWeights(graph: Graph, active: ReadonlySet<string>): Map<string, Node> {
  const stored = new Set(graph.initializers.map(({ value }) => value.name));
  const casts = graph.nodes.filter(
    ({ operator, inputs, outputs }) => operator === 'Cast' && stored.has(inputs[0]!) && !active.has(outputs[0]!),
  );
  return new Map(casts.map((node) => [node.outputs[0]!, node]));
}
