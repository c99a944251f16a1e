/** Cases of every operator that passes gradients back. */
import type { Value } from '@linchpin/onnx';
import type { CaseBuilder, OperatorCase, Range } from './operator-case.ts';

const rows = (builder: CaseBuilder): readonly ['rows', number] => ['rows', builder.size()];

type Lay = OperatorCase['lay'];

function unary(operator: OperatorCase['operator'], range: Range = { from: -3, to: 3 }, attributes = {}): Lay {
  return (b) => b.graph.apply(operator, [b.variable([rows(b), b.size()], range)], { attributes });
}

/** Operands of equal shapes, and of shapes that are broadcast both ways. */
function binary(operator: OperatorCase['operator'], second: Range = {}): OperatorCase[] {
  return [
    [
      'equal shapes',
      (b: CaseBuilder): Value => {
        const shape = [rows(b), b.size()];
        return b.graph.apply(operator, [b.variable(shape), b.variable(shape, second)]);
      },
    ] as const,
    [
      'broadcast',
      (b: CaseBuilder): Value => {
        const [first, last] = [rows(b), b.size()];
        return b.graph.apply(operator, [b.variable([first, 1, last]), b.variable([3, 1], second)]);
      },
    ] as const,
    [
      'a scalar',
      (b: CaseBuilder): Value => b.graph.apply(operator, [b.variable([rows(b), 3]), b.variable([], second)]),
    ] as const,
  ].map(([name, lay]) => ({ operator, name, lay }));
}

function gemm(
  name: string,
  attributes: Readonly<Record<string, number>>,
  bias: 'none' | 'row' | 'full' | 'scalar' = 'none',
): OperatorCase {
  return {
    operator: 'Gemm',
    name,
    lay(b) {
      const [m, k, n] = [rows(b), b.size(), b.size()];
      const a = b.variable(attributes['transA'] === 1 ? [k, m] : [m, k]);
      const w = b.variable(attributes['transB'] === 1 ? [n, k] : [k, n]);
      const shapes = { none: undefined, row: [n], full: [m, n], scalar: [1] } as const;
      const shape = shapes[bias];
      return b.graph.apply('Gemm', [a, w, ...(shape === undefined ? [] : [b.variable(shape)])], { attributes });
    },
  };
}

function fusedMatMul(name: string, attributes: Readonly<Record<string, number>>): OperatorCase {
  return {
    operator: 'FusedMatMul',
    name,
    lay(b) {
      const [batch, m, k, n] = [rows(b), b.size(), b.size(), b.size()];
      const a = b.variable([batch, ...(attributes['transA'] === 1 ? [k, m] : [m, k])]);
      const other = b.variable([batch, ...(attributes['transB'] === 1 ? [n, k] : [k, n])]);
      return b.graph.apply('FusedMatMul', [a, other], { attributes });
    },
  };
}

interface AttentionCase {
  readonly heads: number;
  readonly keyHeads: number;
  readonly bias: 'none' | 'one' | 'by head' | 'variable';
  readonly softcap?: number;
}

function attention(name: string, { heads, keyHeads, bias, softcap }: AttentionCase): OperatorCase {
  return {
    operator: 'Attention',
    name,
    lay(b) {
      const [batch, queries, keys, size] = [
        rows(b),
        ['queries', b.size()] as const,
        ['keys', b.size(3, 5)] as const,
        2,
      ];
      const query = b.variable([batch, queries, heads * size]);
      const [key, value] = [b.variable([batch, keys, keyHeads * size]), b.variable([batch, keys, keyHeads * size])];
      const shape = [batch, bias === 'one' ? 1 : heads, queries, keys];
      const added = bias === 'none' ? [] : [bias === 'variable' ? b.variable(shape) : masked(b, b.constant(shape))];
      const attributes = {
        q_num_heads: heads,
        kv_num_heads: keyHeads,
        scale: 0.8,
        ...(softcap === undefined ? {} : { softcap }),
      };
      return b.graph.apply('Attention', [query, key, value, ...added], { attributes });
    },
  };
}

/** Some entries become minus infinity, but never the first of a row. */
function masked({ graph }: CaseBuilder, bias: Value): Value {
  const large = graph.apply('Greater', [bias, graph.float(0.3)]);
  const length = graph.sizeAt(graph.apply('Shape', [bias]), 3);
  const flat = graph.apply(
    'Range',
    [graph.integer(0), graph.apply('Squeeze', [length, graph.integers([0])], { shape: [] }), graph.integer(1)],
    { shape: ['keys'] },
  );
  const isHidden = graph.apply('And', [large, graph.apply('Greater', [flat, graph.integer(0)])]);
  return graph.apply('Where', [isHidden, graph.float(-Infinity), bias], { shape: bias.shape });
}

function norm(
  operator: 'LayerNormalization' | 'SimplifiedLayerNormalization',
  name: string,
  parts: readonly string[],
  leading: number,
): OperatorCase {
  return {
    operator,
    name,
    lay(b) {
      const width = b.size(3, 5);
      const shape = [rows(b), ...Array.from({ length: leading }, () => b.size()), width];
      const operands = [b.variable(shape), parts.includes('weight') ? b.variable([width]) : b.constant([width])];
      if (parts.includes('bias')) operands.push(b.variable([width]));
      return b.graph.apply(operator, operands, { attributes: { axis: -1, epsilon: 0.01, stash_type: 1 } });
    },
  };
}

function reduction(operator: 'ReduceMax' | 'ReduceMean' | 'ReduceMin' | 'ReduceSum'): OperatorCase[] {
  const over = (
    name: string,
    axes: readonly number[] | undefined,
    attributes: Readonly<Record<string, number>>,
  ): OperatorCase => ({
    operator,
    name,
    lay(b) {
      const x = b.variable([rows(b), b.size(), ['columns', b.size()]]);
      return b.graph.apply(operator, [x, ...(axes === undefined ? [] : [b.graph.integers(axes)])], { attributes });
    },
  });
  return [
    over('everything', undefined, { keepdims: 0 }),
    over('everything, axes kept', undefined, { keepdims: 1 }),
    over('the last axis', [-1], { keepdims: 1 }),
    over('two axes, gone', [0, 2], { keepdims: 0 }),
    over('nothing', undefined, { noop_with_empty_axes: 1 }),
  ];
}

function rotary(name: string, { partial, heads }: { readonly partial: boolean; readonly heads: number }): OperatorCase {
  return {
    operator: 'RotaryEmbedding',
    name,
    lay(b) {
      const tokens = ['rows', b.size()] as const;
      const [pairs, size] = partial ? [1, 4] : [2, 4];
      const operands = [
        b.variable([tokens, 1, heads * size]),
        b.indices([tokens, 1], 5),
        b.constant([5, pairs]),
        b.constant([5, pairs]),
      ];
      const attributes = { interleaved: 0, num_heads: heads, ...(partial ? { rotary_embedding_dim: 2 * pairs } : {}) };
      return b.graph.apply('RotaryEmbedding', operands, { attributes });
    },
  };
}

function named(operator: OperatorCase['operator'], cases: Readonly<Record<string, Lay>>): OperatorCase[] {
  return Object.entries(cases).map(([name, lay]) => ({ operator, name, lay }));
}

const positive = { from: 0.3, to: 2 };

export const operatorCases: readonly OperatorCase[] = [
  ...named('Abs', { signs: unary('Abs') }),
  ...binary('Add'),
  attention('a key a head', { heads: 2, keyHeads: 2, bias: 'one' }),
  attention('shared keys', { heads: 4, keyHeads: 2, bias: 'by head' }),
  attention('one key for all', { heads: 3, keyHeads: 1, bias: 'one' }),
  attention('no bias', { heads: 2, keyHeads: 1, bias: 'none' }),
  attention('soft cap', { heads: 4, keyHeads: 2, bias: 'one', softcap: 0.7 }),
  attention('a bias that is trained', { heads: 4, keyHeads: 2, bias: 'variable', softcap: 2 }),
  ...named('Cast', {
    'the same type': (b) => b.graph.apply('Cast', [b.variable([rows(b), 2])], { attributes: { to: 1 } }),
  }),
  ...named('Clip', {
    'fixed bounds': (b) => b.graph.apply('Clip', [b.variable([rows(b), 3]), b.graph.float(-0.4), b.graph.float(0.6)]),
    'bounds that are trained': (b) =>
      b.graph.apply('Clip', [
        b.variable([rows(b), 3]),
        b.variable([], { from: -0.5, to: -0.2 }),
        b.variable([], { from: 0.2, to: 0.5 }),
      ]),
  }),
  ...named('Concat', {
    'known sizes': (b) =>
      b.graph.apply('Concat', [b.variable([2, 3]), b.constant([2, 1]), b.variable([2, 2])], {
        attributes: { axis: -1 },
      }),
    'sizes that the run knows': (b) =>
      b.graph.apply('Concat', [b.variable([rows(b), 2]), b.variable([['more', b.size()], 2])], {
        attributes: { axis: 0 },
      }),
  }),
  ...binary('Div', positive),
  ...named('Erf', { both: unary('Erf') }),
  ...named('Exp', { both: unary('Exp', { from: -2, to: 1 }) }),
  ...named('Expand', {
    'one axis and a new one': (b) =>
      b.graph.apply('Expand', [b.variable([3, 1]), b.graph.integers([2, 3, 4])], { shape: [2, 3, 4] }),
  }),
  fusedMatMul('plain', {}),
  fusedMatMul('both transposed, scaled', { transA: 1, transB: 1, alpha: 0.5 }),
  fusedMatMul('the first transposed', { transA: 1 }),
  fusedMatMul('the second transposed', { transB: 1 }),
  ...named('Gather', {
    'rows, some twice': (b) =>
      b.graph.apply('Gather', [b.variable([4, 3]), b.indices([['rows', 6]], 4, 'int32')], { attributes: { axis: 0 } }),
    columns: (b) => b.graph.apply('Gather', [b.variable([rows(b), 4]), b.indices([5], 4)], { attributes: { axis: 1 } }),
    'a matrix of indices': (b) =>
      b.graph.apply('Gather', [b.variable([['length', 4], 3]), b.indices([2, 3], 4)], { attributes: { axis: 0 } }),
    'one entry': (b) => b.graph.apply('Gather', [b.variable([4, 2]), b.graph.integer(2)], { attributes: { axis: 0 } }),
  }),
  ...named('GatherElements', {
    'some twice': (b) => {
      const first = rows(b);
      return b.graph.apply('GatherElements', [b.variable([first, 4]), b.indices([first, 6], 4)], {
        attributes: { axis: 1 },
      });
    },
  }),
  ...named('GatherND', {
    'entries, some twice': (b) =>
      b.graph.apply('GatherND', [b.variable([['length', 3], 3]), b.indices([['rows', 7], 2], 3)]),
    rows: (b) => b.graph.apply('GatherND', [b.variable([3, 2]), b.indices([5, 1], 3)]),
  }),
  ...named('Gelu', {
    exact: unary('Gelu', { from: -3, to: 3 }, { approximate: 'none' }),
    tanh: unary('Gelu', { from: -3, to: 3 }, { approximate: 'tanh' }),
  }),
  gemm('plain', {}),
  gemm('the second transposed', { transB: 1 }, 'row'),
  gemm('the first transposed', { transA: 1 }, 'full'),
  gemm('both transposed, scaled', { transA: 1, transB: 1, alpha: 0.7, beta: 1.3 }, 'scalar'),
  ...named('Gemm', {
    'of a matrix with itself': (b) => {
      const x = b.variable([3, 3]);
      return b.graph.apply('Gemm', [x, x], { attributes: { transB: 1 } });
    },
    'three of one operand': (b) => {
      const x = b.variable([rows(b), 3]);
      return [1, 2, 3].map((n) => b.graph.apply('Gemm', [x, b.variable([n, 3])], { attributes: { transB: 1 } }));
    },
  }),
  ...named('Identity', { plain: unary('Identity') }),
  norm('LayerNormalization', 'weight and bias', ['weight', 'bias'], 0),
  norm('LayerNormalization', 'fixed weight, no bias, three axes', [], 1),
  ...named('Log', { positive: unary('Log', positive) }),
  ...named('LogSoftmax', { last: unary('LogSoftmax', {}, { axis: -1 }), first: unary('LogSoftmax', {}, { axis: 0 }) }),
  ...named('MatMul', {
    matrices: (b) => b.graph.apply('MatMul', [b.variable([rows(b), 3]), b.variable([3, 2])]),
    'a batch by a matrix': (b) => b.graph.apply('MatMul', [b.variable([rows(b), 2, 3]), b.variable([3, 2])]),
    'broadcast heads': (b) => {
      const first = rows(b);
      return b.graph.apply('MatMul', [b.variable([first, 2, 3, 2, 3]), b.variable([first, 2, 1, 3, 2])]);
    },
  }),
  ...binary('Max'),
  ...binary('Min'),
  ...binary('Mul'),
  ...named('Neg', { plain: unary('Neg') }),
  ...named('Pad', {
    zeros: (b) =>
      b.graph.apply('Pad', [b.variable([rows(b), 2]), b.graph.integers([1, 0, 2, 3])], {
        attributes: { mode: 'constant' },
      }),
  }),
  ...named('QuickGelu', {
    silu: unary('QuickGelu', { from: -3, to: 3 }, { alpha: 1 }),
    quick: unary('QuickGelu', { from: -3, to: 3 }, { alpha: 1.702 }),
  }),
  ...(['ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceSum'] as const).flatMap(reduction),
  ...named('Relu', { signs: unary('Relu') }),
  ...named('Reshape', {
    'heads apart': (b) => b.graph.reshape(b.variable([rows(b), 6]), [-1, 2, 3], ['rows', 2, 3]),
    'two sizes that the run knows': (b) =>
      b.graph.reshape(b.variable([rows(b), ['length', b.size()], 4]), [-1, 2], ['?', 2]),
  }),
  rotary('heads', { partial: false, heads: 2 }),
  rotary('a part of each head', { partial: true, heads: 2 }),
  ...named('ScatterElements', {
    put: (b) =>
      b.graph.apply(
        'ScatterElements',
        [
          b.variable([2, 4]),
          b.integers([2, 2], [...b.shuffled(4).slice(0, 2), ...b.shuffled(4).slice(0, 2)]),
          b.variable([2, 2]),
        ],
        { attributes: { axis: 1 } },
      ),
    'added, some twice': (b) =>
      b.graph.apply('ScatterElements', [b.variable([4, 2]), b.indices([6, 2], 4), b.variable([6, 2])], {
        attributes: { axis: 0, reduction: 'add' },
      }),
  }),
  ...named('ScatterND', {
    put: (b) =>
      b.graph.apply('ScatterND', [
        b.variable([['rows', 5], 2]),
        b.integers([3, 1], b.shuffled(5).slice(0, 3)),
        b.variable([3, 2]),
      ]),
    added: (b) =>
      b.graph.apply(
        'ScatterND',
        [
          b.variable([['rows', 5], 2]),
          b.integers([['chosen', 3], 1], b.shuffled(5).slice(0, 3)),
          b.variable([['chosen', 3], 2]),
        ],
        { attributes: { reduction: 'add' } },
      ),
  }),
  ...named('Sigmoid', { both: unary('Sigmoid') }),
  norm('SimplifiedLayerNormalization', 'weight', ['weight'], 0),
  norm('SimplifiedLayerNormalization', 'groups', ['weight'], 1),
  ...named('Slice', {
    columns: (b) =>
      sliceOf(b, b.variable([rows(b), 5]), { from: b.graph.integers([1]), to: b.graph.integers([4]), axis: 1 }),
    'counted from the end': (b) =>
      sliceOf(b, b.variable([5, 2]), { from: b.graph.integers([-3]), to: b.graph.integers([-1]), axis: 0 }),
    'bounds and sizes that the run knows': (b) =>
      sliceOf(b, b.variable([rows(b), ['length', 5], 2]), {
        from: b.integers([1], [1]),
        to: b.integers([1], [3]),
        axis: 1,
      }),
    'beyond the end': (b) =>
      sliceOf(b, b.variable([['length', 4], 2]), { from: b.integers([1], [-2]), to: b.integers([1], [9]), axis: 0 }),
    'two axes': (b) =>
      b.graph.apply('Slice', [
        b.variable([4, rows(b), 3]),
        b.graph.integers([1, 0]),
        b.graph.integers([3, 2]),
        b.graph.integers([0, 2]),
      ]),
  }),
  ...named('Softmax', { last: unary('Softmax', {}, { axis: -1 }), first: unary('Softmax', {}, { axis: 0 }) }),
  ...named('Split', {
    all: (b) => b.graph.applyAll('Split', [b.variable([rows(b), 6])], { attributes: { axis: 1, num_outputs: 3 } }),
    'one of them': (b) =>
      b.graph.applyAll('Split', [b.variable([rows(b), 6])], { attributes: { axis: 1, num_outputs: 3 } })[1]!,
  }),
  ...named('Sqrt', { positive: unary('Sqrt', positive) }),
  ...named('Squeeze', {
    'one axis': (b) =>
      b.graph.apply('Squeeze', [b.variable([rows(b), 1, 2]), b.graph.integers([1])], { shape: ['rows', 2] }),
  }),
  ...binary('Sub'),
  ...named('HardSwish', { 'all three parts': unary('HardSwish', { from: -6, to: 6 }) }),
  ...named('LeakyRelu', {
    signs: unary('LeakyRelu'),
    'a slope of its own': unary('LeakyRelu', { from: -3, to: 3 }, { alpha: 0.2 }),
  }),
  ...named('Softplus', { both: unary('Softplus') }),
  ...named('Tanh', { both: unary('Tanh') }),
  ...named('TopK', {
    largest: (b) =>
      b.graph.applyAll('TopK', [b.variable([rows(b), 5]), b.graph.integers([2])], {
        attributes: { axis: -1, largest: 1, sorted: 1 },
      })[0]!,
  }),
  ...named('Transpose', { 'three axes': (b) => b.graph.transpose(b.variable([rows(b), 2, 3]), [2, 0, 1]) }),
  ...named('Unsqueeze', { 'two axes': (b) => b.graph.unsqueeze(b.variable([rows(b), ['length', b.size()]]), [0, 2]) }),
  ...named('Where', {
    broadcast: (b) => {
      const first = rows(b);
      return b.graph.apply('Where', [b.condition([first, 1]), b.variable([first, 3]), b.variable([3])]);
    },
  }),
];

function sliceOf(
  { graph }: CaseBuilder,
  x: Value,
  { from, to, axis }: { readonly from: Value; readonly to: Value; readonly axis: number },
): Value {
  return graph.apply('Slice', [x, from, to, graph.integers([axis])], { shape: x.shape.with(axis, '?') });
}
