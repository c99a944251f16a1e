import type { Attribute, ElementType } from '@linchpin/onnx';
import type { Tensor } from './tensor.ts';

export type Attributes = Readonly<Record<string, Attribute>>;

/** What an operator computes; the types are those of its outputs. Optional inputs that are left out are undefined. */
export type Kernel = (inputs: readonly Tensor[], attributes: Attributes, types: readonly ElementType[]) => Tensor[];
