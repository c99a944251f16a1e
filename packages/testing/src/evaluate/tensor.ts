/** Tensors of the reference evaluator: every number is a float64, integers and truth values among them. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export function tensorOf(shape: readonly number[], at: (index: number) => number): Tensor {
  return { shape, data: Float64Array.from({ length: sizeOf(shape) }, (_, index) => at(index)) };
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** How far apart neighbours along each axis lie. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

export function broadcastShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const size = sizes.find((each) => each !== 1) ?? 1;
    if (sizes.some((each) => each !== 1 && each !== size))
      throw new Error(`${JSON.stringify(shapes)} do not broadcast`);
    return size;
  });
}

/** Coordinates of every entry, in order. */
export function* coordinates(shape: readonly number[]): Generator<number[]> {
  const at = shape.map(() => 0);
  for (let left = sizeOf(shape); left > 0; left--) {
    yield [...at];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++at[axis]! < shape[axis]!) break;
      at[axis] = 0;
    }
  }
}

/** The entry of a tensor that is broadcast to what the coordinates are of. */
export function entry({ shape, data }: Tensor, at: readonly number[]): number {
  const lead = at.length - shape.length;
  let index = 0;
  shape.forEach((size, axis) => (index = index * size + (size === 1 ? 0 : at[axis + lead]!)));
  return data[index]!;
}

/** Entry by entry, operands broadcast. */
export function mapped(operands: readonly Tensor[], map: (...values: number[]) => number): Tensor {
  const shape = broadcastShape(operands.map((operand) => operand.shape));
  const data = new Float64Array(sizeOf(shape));
  let index = 0;
  for (const at of coordinates(shape)) data[index++] = map(...operands.map((operand) => entry(operand, at)));
  return { shape, data };
}

/** The tensor seen as [outer, size of the axis, inner]. */
export function aroundAxis(
  { shape }: Pick<Tensor, 'shape'>,
  axis: number,
): { outer: number; size: number; inner: number } {
  return { outer: sizeOf(shape.slice(0, axis)), size: shape[axis]!, inner: sizeOf(shape.slice(axis + 1)) };
}
