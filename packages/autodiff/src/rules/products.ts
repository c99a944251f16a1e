/** Gradients of matrix products, and of blocks of a matrix alone. */
import { internalError } from '@linchpin/errors';
import type { Node, Value } from '@linchpin/onnx';
import type { GradientBuilder } from '../gradient-builder.ts';
import type { MatrixBlock } from '../matrix-block.ts';
import { type GradientRule, numberOf, type RuleContext, ruleOfOne } from '../rule.ts';

/** One operand of a product, and whether it is read transposed. */
interface Operand {
  readonly value: Value;
  readonly transposed: boolean;
}

/**
 * Y = α · op(A) · op(B): dA and dB are products of dY with the other operand, in the order and with the transpositions that
 * need no copy.
 */
function operandsOfA(dy: Value, a: Operand, b: Operand): [Operand, Operand] {
  return a.transposed
    ? [b, { value: dy, transposed: true }]
    : [
        { value: dy, transposed: false },
        { ...b, transposed: !b.transposed },
      ];
}

function operandsOfB(dy: Value, a: Operand, b: Operand): [Operand, Operand] {
  return b.transposed
    ? [{ value: dy, transposed: true }, a]
    : [
        { ...a, transposed: !a.transposed },
        { value: dy, transposed: false },
      ];
}

function operandsOf({ node, inputs }: RuleContext): [Operand, Operand] {
  const transposed = (name: string): boolean => numberOf(node, name, 0) === 1;
  return [
    { value: inputs[0]!, transposed: transposed('transA') },
    { value: inputs[1]!, transposed: transposed('transB') },
  ];
}

/** What other products gave for the same operand is added by the product itself, not afterwards. */
export const gemm: GradientRule = ruleOfOne((context, dy) => {
  const { builder, node, inputs, wants, takeSum } = context;
  const [a, b] = operandsOf(context);
  const alpha = numberOf(node, 'alpha', 1);
  const product = (input: number, operands: [Operand, Operand]): Value =>
    layGemm(builder, operands, { alpha, sum: takeSum(input) });
  const c = inputs[2];
  return [
    wants[0] ? product(0, operandsOfA(dy, a, b)) : undefined,
    wants[1] ? product(1, operandsOfB(dy, a, b)) : undefined,
    ...(c === undefined
      ? []
      : [wants[2] ? builder.unbroadcast(builder.multiply(dy, numberOf(node, 'beta', 1)), c) : undefined]),
  ];
});

function layGemm(
  builder: GradientBuilder,
  [a, b]: readonly [Operand, Operand],
  { alpha = 1, sum }: { readonly alpha?: number; readonly sum?: Value | undefined },
): Value {
  const attributes = {
    ...(a.transposed ? { transA: 1 } : {}),
    ...(b.transposed ? { transB: 1 } : {}),
    ...(alpha === 1 ? {} : { alpha }),
  };
  return builder.lay('Gemm', [a.value, b.value, ...(sum === undefined ? [] : [sum])], { attributes });
}

/** MatMul and FusedMatMul: the last two axes multiply, those before them broadcast. */
export const matMul: GradientRule = ruleOfOne((context, dy) => {
  const { builder, node, wants } = context;
  const [a, b] = operandsOf(context);
  const alpha = numberOf(node, 'alpha', 1);
  if (a.value.shape.length < 2 || b.value.shape.length < 2) throw internalError(`${node.operator} of a vector`);
  const product = ([left, right]: [Operand, Operand]): Value =>
    builder.lay('FusedMatMul', [left.value, right.value], {
      attributes: {
        ...(left.transposed ? { transA: 1 } : {}),
        ...(right.transposed ? { transB: 1 } : {}),
        ...(alpha === 1 ? {} : { alpha }),
      },
    });
  return [
    wants[0] ? builder.unbroadcast(product(operandsOfA(dy, a, b)), a.value) : undefined,
    wants[1] ? builder.unbroadcast(product(operandsOfB(dy, a, b)), b.value) : undefined,
  ];
});

/** Whether blocks of an operand's gradient can be had without the rest of it. */
export function hasBlocks(node: Node, input: number): boolean {
  return node.operator === 'Gemm' && input === 1 && numberOf(node, 'transA', 0) === 0;
}

/**
 * Blocks of the gradient of a Gemm's second operand, one below the other: float32 [blocks · rows, columns]. A block is the
 * product of its rows of one factor with its columns of the other; blocks of the same columns share a product.
 */
export function gemmBlocks({ builder, node, inputs }: RuleContext, dy: Value, blocks: readonly MatrixBlock[]): Value {
  const [left, right] = numberOf(node, 'transB', 0) === 1 ? [dy, inputs[0]!] : [inputs[0]!, dy];
  const { rows, columns } = blocks[0]!;
  const alpha = numberOf(node, 'alpha', 1);
  const strips = new Map<number, MatrixBlock[]>();
  for (const block of blocks) strips.set(block.column, [...(strips.get(block.column) ?? []), block]);
  const products = [...strips].map(([column, ofStrip]) => {
    const tall = ofStrip.map(({ row }) => builder.slice(left, { axis: 1, from: row, to: row + rows }));
    const factors = [builder.concat(tall, 1), builder.slice(right, { axis: 1, from: column, to: column + columns })];
    const [first, second] = factors as [Value, Value];
    return layGemm(
      builder,
      [
        { value: first, transposed: true },
        { value: second, transposed: false },
      ],
      { alpha },
    );
  });
  const inStrips = builder.concat(products, 0);
  const order = [...strips.values()].flat();
  const places = blocks.map((block) => order.indexOf(block));
  if (places.every((place, index) => place === index)) return inStrips;
  const { graph } = builder;
  const stacked = graph.reshape(inStrips, [blocks.length, rows, columns], [blocks.length, rows, columns]);
  const shape = [blocks.length * rows, columns];
  return graph.reshape(graph.rows(stacked, graph.integers(places)), shape, shape);
}
