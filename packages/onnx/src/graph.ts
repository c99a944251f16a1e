/** Builds an ONNX graph node by node; nothing here runs it. */
import { internalError } from '@linchpin/errors';
import { type OperatorName, operators } from './operators.ts';
import {
  type Attribute,
  type Dimension,
  elementBytes,
  elementCount,
  type ElementType,
  elementTypeCodes,
  type ExternalData,
  type Initializer,
  type Node,
  type Value,
} from './value.ts';

export interface ApplyOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Stem of the output's name; the operator's name when absent. */
  readonly name?: string;
  /** The output's shape, where it follows from data and cannot be inferred. */
  readonly shape?: readonly Dimension[];
}

export interface ApplyAllOptions extends Omit<ApplyOptions, 'shape'> {
  /** The outputs' shapes, where they follow from data and cannot be inferred. */
  readonly shapes?: readonly (readonly Dimension[])[];
}

/** A graph under construction: values have names, types and shapes; every node comes after its inputs. */
export class Graph {
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];
  readonly nodes: Node[] = [];
  readonly initializers: Initializer[] = [];
  readonly #values = new Map<string, Value>();
  readonly #constants = new Map<string, Value>();
  /** The last number that a name of each stem was given. */
  readonly #numbers = new Map<string, number>();

  /** A value that is fed with every run. */
  input(name: string, type: ElementType, shape: readonly Dimension[]): Value {
    const value = this.#claim(name, type, shape);
    this.inputs.push(value);
    return value;
  }

  /** A tensor whose bytes stay outside the graph. */
  external(name: string, type: ElementType, shape: readonly number[], data: ExternalData): Value {
    const expected = elementCount(shape) * elementBytes[type];
    if (data.length !== expected) throw internalError(`${name} has ${data.length} bytes, its shape needs ${expected}`);
    return this.#initialize(name, type, shape, data);
  }

  /** A tensor whose bytes are part of the graph. */
  tensor(name: string, type: ElementType, shape: readonly number[], data: ArrayBufferView): Value {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const expected = elementCount(shape) * elementBytes[type];
    if (bytes.length !== expected)
      throw internalError(`${name} has ${bytes.length} bytes, its shape needs ${expected}`);
    return this.#initialize(name, type, shape, bytes);
  }

  /** A float32 scalar. */
  float(value: number): Value {
    return this.#shared(`float_${Object.is(value, -0) ? '-0' : value}`, () => ['float32', [], Float32Array.of(value)]);
  }

  /** A uint8 scalar. */
  byte(value: number): Value {
    return this.#shared(`byte_${value}`, () => ['uint8', [], Uint8Array.of(value)]);
  }

  /** An int64 scalar. */
  integer(value: number): Value {
    return this.#shared(`integer_${value}`, () => ['int64', [], BigInt64Array.of(BigInt(value))]);
  }

  /** An int64 vector: axes, shapes, indices. */
  integers(values: readonly number[]): Value {
    return this.#shared(`integers_${values.join('_')}`, () => [
      'int64',
      [values.length],
      BigInt64Array.from(values, BigInt),
    ]);
  }

  /** Adds a node and gives its first output, the only one of most operators. `absent` leaves an optional input out. */
  apply(operator: OperatorName, inputs: readonly Value[], options: ApplyOptions = {}): Value {
    const { shape, ...others } = options;
    return this.applyAll(operator, inputs, { ...others, ...(shape === undefined ? {} : { shapes: [shape] }) })[0]!;
  }

  /** Adds a node and gives all of its outputs, each named after the stem. */
  applyAll(operator: OperatorName, inputs: readonly Value[], options: ApplyAllOptions = {}): Value[] {
    const attributes = options.attributes ?? {};
    const values = operators[operator]
      .infer(inputs, attributes)
      .map(({ type, shape }, index) =>
        this.#claim(this.#free(options.name ?? operator), type, options.shapes?.[index] ?? shape),
      );
    if (values.length === 0) throw internalError(`${operator} gives nothing`);
    const outputs = values.map(({ name }) => name);
    this.nodes.push({ operator, inputs: inputs.map((input) => input.name), outputs, attributes });
    return values;
  }

  cast(x: Value, type: ElementType, name = 'Cast'): Value {
    return x.type === type ? x : this.apply('Cast', [x], { attributes: { to: elementTypeCodes[type] }, name });
  }

  /** `shape` may hold 0 (as in the input) and one -1 (what is left), as ONNX has it; `named` is what the result is. */
  reshape(x: Value, shape: readonly number[] | Value, named: readonly Dimension[]): Value {
    const target = 'name' in shape ? shape : this.integers(shape);
    return this.apply('Reshape', [x, target], { shape: named });
  }

  transpose(x: Value, order: readonly number[]): Value {
    return this.apply('Transpose', [x], { attributes: { perm: order } });
  }

  /** Adds axes of size 1 at the given places of the result. */
  unsqueeze(x: Value, axes: readonly number[]): Value {
    const shape = [...x.shape];
    for (const axis of axes.toSorted((a, b) => a - b)) shape.splice(axis, 0, 1);
    return this.apply('Unsqueeze', [x, this.integers(axes)], { shape });
  }

  /** One entry of a shape, int64 [axes]: int64 [1]. */
  sizeAt(shape: Value, axis: number): Value {
    return this.apply('Slice', [shape, this.integers([axis]), this.integers([axis + 1])], { shape: [1] });
  }

  /** Rows of `x` along its first axis. */
  rows(x: Value, indices: Value): Value {
    return this.apply('Gather', [x, indices], { attributes: { axis: 0 } });
  }

  /** The value of a name: an input, an initializer, or what a node gives. */
  value(name: string): Value {
    const value = this.#values.get(name);
    if (value === undefined) throw internalError(`the graph has no value ${name}`);
    return value;
  }

  /** Takes a node over as it is, with what it gives. */
  adopt(node: Node, outputs: readonly Value[]): void {
    for (const { name, type, shape } of outputs) this.#claim(name, type, shape);
    this.nodes.push(node);
  }

  /** Takes an initializer over as it is. */
  adoptInitializer({ value, data }: Initializer): void {
    this.#initialize(value.name, value.type, value.shape, data);
  }

  /** Makes a value an output, under its own name or another one. */
  output(value: Value, name: string = value.name): void {
    if (name === value.name) {
      this.outputs.push(value);
      return;
    }
    const renamed = this.#claim(name, value.type, value.shape);
    this.nodes.push({ operator: 'Identity', inputs: [value.name], outputs: [name], attributes: {} });
    this.outputs.push(renamed);
  }

  #initialize(name: string, type: ElementType, shape: readonly Dimension[], data: Uint8Array | ExternalData): Value {
    const value = this.#claim(name, type, shape);
    this.initializers.push({ value, data });
    return value;
  }

  #shared(name: string, make: () => [ElementType, readonly number[], ArrayBufferView]): Value {
    const known = this.#constants.get(name);
    if (known !== undefined) return known;
    const value = this.tensor(name, ...make());
    this.#constants.set(name, value);
    return value;
  }

  #claim(name: string, type: ElementType, shape: readonly Dimension[]): Value {
    if (this.#values.has(name)) throw internalError(`two values are named ${name}`);
    const value = { name, type, shape };
    this.#values.set(name, value);
    return value;
  }

  #free(stem: string): string {
    if (!this.#values.has(stem)) return stem;
    // Names are never given back, so those below the last one are taken.
    let number = this.#numbers.get(stem) ?? 1;
    while (this.#values.has(`${stem}_${number}`)) number++;
    this.#numbers.set(stem, number);
    return `${stem}_${number}`;
  }
}
