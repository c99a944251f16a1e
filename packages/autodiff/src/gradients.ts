/** Reverse mode: adds to a graph the nodes that compute the gradients of a loss. */
import type { Graph, Node, Value } from '@linchpin/onnx';
import { activeValues } from './active-values.ts';
import { BackwardPass } from './backward-pass.ts';
import { GradientBuilder } from './gradient-builder.ts';
import type { Loss } from './loss.ts';
import type { MatrixBlock } from './matrix-block.ts';
import { recompute } from './recompute.ts';

/** Blocks of equal size of a matrix that is only read as the second operand of Gemm. */
export interface BlocksOf {
  readonly matrix: Value;
  readonly blocks: readonly MatrixBlock[];
}

export interface GradientOptions {
  /** Values that count as constants although trained tensors lead to them. */
  readonly constants?: readonly Value[];
  /**
   * Values at which the backward pass pauses until all gradients so far are there, in the order in which the graph computes them:
   * the residual stream between layers, say. Without them every activation is kept to the end.
   */
  readonly checkpoints?: readonly Value[];
  /** Whether what lies between two checkpoints is computed again when its gradients are due, instead of being kept. */
  readonly recompute?: boolean;
  /** Whether half-precision weights that are not trained are cast a second time, instead of being kept in float32. */
  readonly castAgain?: boolean;
}

/**
 * d loss / d wanted, in the order of what is wanted; undefined where the loss does not depend on it. Of blocks it is
 * float32 [blocks · rows, columns], one below the other.
 */
export function gradients(
  graph: Graph,
  loss: Loss,
  wanted: readonly (Value | BlocksOf)[],
  options: GradientOptions = {},
): (Value | undefined)[] {
  const nodes = [...graph.nodes];
  const builder = new GradientBuilder(graph);
  const names = wanted.map((each) => ('matrix' in each ? each.matrix.name : each.name));
  const constants = new Set(options.constants?.map(({ name }) => name));
  const active = activeValues(graph, nodes, { sources: names, constants });
  const blocks = new Map(wanted.flatMap((each) => ('matrix' in each ? [[each.matrix.name, each.blocks]] : [])));
  const pass = new BackwardPass({ builder, active, flow: loss.flow, blocks, castsAgain: options.castAgain ?? false });
  walk({ graph, builder, nodes, pass, active, names, options });
  return names.map((name) => pass.gradientOf(name));
}

interface Walk {
  readonly graph: Graph;
  readonly builder: GradientBuilder;
  readonly nodes: readonly Node[];
  readonly pass: BackwardPass;
  readonly active: ReadonlySet<string>;
  readonly names: readonly string[];
  readonly options: GradientOptions;
}

/** Those that gradients flow back to, and the one before them: what is trained in between may need activations, too. */
function checkpointsOf(all: readonly Value[], nodes: readonly Node[], active: ReadonlySet<string>): Value[] {
  const giver = new Map(nodes.flatMap(({ outputs }, index) => outputs.map((name) => [name, index] as const)));
  const first = nodes.findIndex(({ outputs }) => outputs.some((name) => active.has(name)));
  const reached = all.findIndex(({ name }) => (giver.get(name) ?? -1) >= first);
  return all.slice(Math.max(0, (reached < 0 ? all.length : reached) - 1));
}

/** From the last section to the first; a section ends with the node that computes a checkpoint. */
function walk({ graph, builder, nodes, pass, active, names, options }: Walk): void {
  const checkpoints = checkpointsOf(options.checkpoints ?? [], nodes, active);
  const settled = new Set<string>();
  const pause = ({ name }: Value): void => {
    const gradient = pass.gradientOf(name);
    const fresh = names.filter((each) => !settled.has(each) && each !== name && pass.gradientOf(each) !== undefined);
    for (const each of fresh) settled.add(each);
    if (gradient === undefined || fresh.length === 0) return;
    pass.replace(
      name,
      builder.after(
        gradient,
        fresh.map((each) => pass.gradientOf(each)!),
      ),
    );
  };
  let end = nodes.length;
  for (const [index, checkpoint] of [...checkpoints.entries()].toReversed()) {
    const start = 1 + nodes.findIndex(({ outputs }) => outputs.includes(checkpoint.name));
    const section = nodes.slice(start, end);
    const isLast = index === checkpoints.length - 1;
    const due = isLast ? undefined : pass.gradientOf(checkpoints[index + 1]!.name);
    const again =
      options.recompute === true && due !== undefined
        ? recompute(graph, section, {
            from: checkpoint.name,
            by: builder.after(checkpoint, [due]),
            castAgain: (name) => pass.castAgain(name, due),
          })
        : new Map<string, Value>();
    pass.through(section, again);
    pause(checkpoint);
    end = start;
  }
  pass.through(nodes.slice(0, end));
}
