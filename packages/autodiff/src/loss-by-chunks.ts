/**
 * A loss of which each token has its share, computed and differentiated by chunks of tokens: what lies between the tokens and
 * the loss, the logits above all, exists for one chunk at a time, and is not computed again.
 */
import type { Dimension, Graph, Node, Value } from '@linchpin/onnx';
import { activeValues } from './active-values.ts';
import { BackwardPass } from './backward-pass.ts';
import { GradientBuilder } from './gradient-builder.ts';
import type { Flow, Loss } from './loss.ts';

export interface ChunkedLoss {
  /** Operands with a row a token, of which every chunk gets its rows. */
  readonly rows: readonly Value[];
  /** How many chunks; some may be empty where there are few tokens. */
  readonly chunks: number;
  /** Tensors that are trained; whether they are read here or lead to the rows. */
  readonly trained: readonly Value[];
  readonly constants?: readonly Value[];
  /** The loss of a chunk: the sum over its rows. */
  lay(rows: readonly Value[]): Loss;
}

/** The sum over the chunks, and what flows back from it: to the rows, and to every tensor that chunks read. */
export function lossByChunks(graph: Graph, options: ChunkedLoss): Loss {
  const builder = new GradientBuilder(graph);
  const constants = new Set(options.constants?.map(({ name }) => name));
  const sources = options.trained.map(({ name }) => name);
  const active = activeValues(graph, graph.nodes, { sources, constants });
  const differentiated = options.rows.filter(({ name }) => active.has(name));
  const slices = sliced(builder, options);
  const ofRows = new Map<string, Value[]>(differentiated.map(({ name }) => [name, []]));
  let ofTensors: Flow[] = [];
  let value: Value | undefined;
  for (const rows of slices) {
    const before = [...ofRows.values()].map((parts) => parts.at(-1)).filter((part) => part !== undefined);
    // One chunk's logits are gone before those of the next come: its loss reads them, too.
    const settled = [...(value === undefined ? [] : [value]), ...before, ...ofTensors.map(({ gradient }) => gradient)];
    const gated = settled.length === 0 ? rows : rows.map((part) => builder.after(part, settled));
    const start = graph.nodes.length;
    const loss = options.lay(gated);
    const nodes = graph.nodes.slice(start);
    const parts = differentiated.map((row) => gated[options.rows.indexOf(row)]!.name);
    const read = valuesRead(nodes).filter((name) => active.has(name) && !parts.includes(name));
    const reached = activeValues(graph, nodes, { sources: [...read, ...parts], constants });
    const flow = [...loss.flow, ...ofTensors];
    const pass = new BackwardPass({ builder, active: reached, flow, blocks: new Map(), castsAgain: false });
    pass.through(nodes);
    differentiated.forEach(({ name }, index) => {
      const part = pass.gradientOf(parts[index]!);
      if (part !== undefined) ofRows.get(name)!.push(part);
    });
    ofTensors = read.flatMap((name) => {
      const gradient = pass.gradientOf(name);
      return gradient === undefined ? [] : [{ of: graph.value(name), gradient }];
    });
    value = value === undefined ? loss.value : builder.add(value, loss.value);
  }
  const ofWhole = differentiated.flatMap((row) => {
    const parts = ofRows.get(row.name)!;
    return parts.length === 0 ? [] : [{ of: row, gradient: builder.concat(parts, 0, row.shape) }];
  });
  return { value: value!, flow: [...ofWhole, ...ofTensors] };
}

/** Names of what nodes read and do not compute. */
function valuesRead(nodes: readonly Node[]): string[] {
  const computed = new Set(nodes.flatMap(({ outputs }) => outputs));
  return [...new Set(nodes.flatMap(({ inputs }) => inputs))].filter((name) => name !== '' && !computed.has(name));
}

/** What the number of rows of a chunk is called, counted from 0: all chunks are as large as the first, or smaller. */
export function chunkSizeName(index: number, chunks: number, rows: Dimension): string {
  return `chunk ${index + 1} of ${chunks} of ${rows}`;
}

/** The operands' rows by chunk: as equal as can be, the last ones shorter or empty. */
function sliced(builder: GradientBuilder, { rows, chunks }: Pick<ChunkedLoss, 'rows' | 'chunks'>): Value[][] {
  if (chunks === 1) return [[...rows]];
  const { graph } = builder;
  const count = builder.sizeOf(rows[0]!, 0);
  const size = builder.lay('Div', [builder.add(count, graph.integers([chunks - 1])), graph.integers([chunks])]);
  const bounds = Array.from({ length: chunks + 1 }, (_, index) =>
    builder.lay('Min', [builder.lay('Mul', [size, graph.integers([index])]), count]),
  );
  return Array.from({ length: chunks }, (_, index) =>
    rows.map((x) => {
      const shape = x.shape.with(0, chunkSizeName(index, chunks, rows[0]!.shape[0]!));
      return builder.lay('Slice', [x, bounds[index]!, bounds[index + 1]!, graph.integers([0])], { shape });
    }),
  );
}
