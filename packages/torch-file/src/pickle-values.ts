/** What a pickle of tensors is made of. */
import type { WeightDType } from '@linchpin/tensor';

/** Data of a tensor, in an entry of the archive. */
export interface Storage {
  readonly kind: 'storage';
  readonly dtype: WeightDType;
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

type GlobalName =
  | 'collections.OrderedDict'
  | 'torch._utils._rebuild_tensor_v2'
  | 'torch.FloatStorage'
  | 'torch.HalfStorage'
  | 'torch.BFloat16Storage';

/** Everything of Python that may be named: for storages the element type. */
export const globals: Readonly<Record<GlobalName, WeightDType | undefined>> = {
  'collections.OrderedDict': undefined,
  'torch._utils._rebuild_tensor_v2': undefined,
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
};
