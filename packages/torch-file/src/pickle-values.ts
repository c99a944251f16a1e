/** What a pickle of tensors is made of. */

/** Data of a tensor, in an entry of the archive. */
export interface Storage {
  readonly kind: 'storage';
  /** As safetensors spells it. */
  readonly dtype: string;
  readonly key: string;
  /** Number of elements. */
  readonly size: number;
}

/** A tensor on a storage; offset and strides count elements. */
export interface TensorView {
  readonly kind: 'tensor';
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

export interface Tuple {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}

export interface Dictionary {
  readonly kind: 'dictionary';
  readonly entries: Map<string, PickleValue>;
}

/** Something of Python that the pickle names. */
export interface Global {
  readonly kind: 'global';
  readonly name: GlobalName;
}

export type PickleValue = string | number | boolean | null | Storage | TensorView | Tuple | Dictionary | Global;

const storages = {
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  // Of tensors that are stored beside weights: masks, positions, counters.
  'torch.DoubleStorage': 'F64',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'BOOL',
};

type GlobalName =
  | 'collections.OrderedDict'
  | 'torch._utils._rebuild_tensor_v2'
  | 'torch._utils._rebuild_parameter'
  | keyof typeof storages;

/** Everything of Python that may be named: for storages the element type, as safetensors spells it. */
export const globals: Readonly<Record<GlobalName, string | undefined>> = {
  'collections.OrderedDict': undefined,
  'torch._utils._rebuild_tensor_v2': undefined,
  'torch._utils._rebuild_parameter': undefined,
  ...storages,
};
