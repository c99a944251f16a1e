/** Element types of graph values; the numbers are ONNX's TensorProto.DataType. */
export const elementTypeCodes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
} as const;

export type ElementType = keyof typeof elementTypeCodes;

export const elementBytes: Readonly<Record<ElementType, number>> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
  float16: 2,
  bfloat16: 2,
};

/** A size, or the name of one that is known when the graph runs; the name `?` stands for a size without a name. */
export type Dimension = number | string;

/** A tensor in the graph. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

/** Stands for an optional input that is left out. */
export const absent: Value = { name: '', type: 'float32', shape: [] };

export type Attribute = number | string | readonly number[];

export interface Node {
  readonly operator: string;
  /** The empty string stands for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** Bytes of an initializer that stay where they are: part of a file. */
export interface ExternalData {
  /** A path relative to the folder that is given to the session. */
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

export interface Initializer {
  readonly value: Value;
  readonly data: Uint8Array | ExternalData;
}

/** Number of elements of a shape without names. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
