/**
 * Reads the pickle inside a file of torch.save (protocol 2; opcodes as Python's `pickletools` documents them). A pickle is
 * a program, and this runs none: it knows the opcodes that build dictionaries of tensors, what they build is data, and the
 * names of Python that it knows are those in `globals`. Every other opcode and name is an error.
 */
import type { FileErrors } from './errors.ts';
import {
  type Dictionary,
  type Global,
  globals,
  type PickleValue,
  type TensorView,
  type Tuple,
} from './pickle-values.ts';

/** What the pickle stands for. */
export function readPickle(bytes: Uint8Array, errors: FileErrors): PickleValue {
  return new PickleReader(bytes, errors).read();
}

type Opcode = (reader: PickleReader) => void;

/** By the byte that stands for it. */
const opcodes: Readonly<Record<number, Opcode>> = {
  0x80: (reader) => reader.protocol(), // PROTO
  [code('}')]: (reader) => reader.push({ kind: 'dictionary', entries: new Map() }),
  [code(')')]: (reader) => reader.push({ kind: 'tuple', items: [] }),
  [code('N')]: (reader) => reader.push(null),
  0x88: (reader) => reader.push(true), // NEWTRUE
  0x89: (reader) => reader.push(false), // NEWFALSE
  [code('K')]: (reader) => reader.push(reader.unsigned(1)), // BININT1
  [code('M')]: (reader) => reader.push(reader.unsigned(2)), // BININT2
  [code('J')]: (reader) => reader.push(reader.unsigned(4) | 0), // BININT
  0x8a: (reader) => reader.push(reader.long(reader.unsigned(1))), // LONG1
  [code('X')]: (reader) => reader.push(reader.text(reader.unsigned(4))), // BINUNICODE
  [code('c')]: (reader) => reader.push(reader.global()), // GLOBAL
  [code('(')]: (reader) => reader.mark(), // MARK
  [code('t')]: (reader) => reader.push({ kind: 'tuple', items: reader.popToMark() }), // TUPLE
  0x85: (reader) => reader.tuple(1), // TUPLE1
  0x86: (reader) => reader.tuple(2), // TUPLE2
  0x87: (reader) => reader.tuple(3), // TUPLE3
  [code('s')]: (reader) => reader.setItems(reader.popMany(2)), // SETITEM
  [code('u')]: (reader) => reader.setItems(reader.popToMark()), // SETITEMS
  [code('q')]: (reader) => reader.remember(reader.unsigned(1)), // BINPUT
  [code('r')]: (reader) => reader.remember(reader.unsigned(4)), // LONG_BINPUT
  [code('h')]: (reader) => reader.recall(reader.unsigned(1)), // BINGET
  [code('j')]: (reader) => reader.recall(reader.unsigned(4)), // LONG_BINGET
  [code('Q')]: (reader) => reader.storage(), // BINPERSID
  [code('R')]: (reader) => reader.reduce(), // REDUCE
  [code('b')]: (reader) => reader.build(), // BUILD
};

const stop = code('.');

function code(character: string): number {
  return character.charCodeAt(0);
}

class PickleReader {
  readonly #bytes: DataView;
  readonly #errors: FileErrors;
  #at = 0;
  #stack: PickleValue[] = [];
  /** Stacks below the marks. */
  readonly #below: PickleValue[][] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor({ buffer, byteOffset, byteLength }: Uint8Array, errors: FileErrors) {
    this.#bytes = new DataView(buffer, byteOffset, byteLength);
    this.#errors = errors;
  }

  read(): PickleValue {
    for (;;) {
      const at = this.#at;
      const byte = this.unsigned(1);
      if (byte === stop) return this.pop();
      const opcode = opcodes[byte];
      if (opcode === undefined)
        throw this.#errors.unsupported(`the pickle opcode 0x${byte.toString(16)} at byte ${at}`);
      opcode(this);
    }
  }

  protocol(): void {
    const protocol = this.unsigned(1);
    if (protocol !== 2) throw this.#errors.unsupported(`a pickle of protocol ${protocol}`);
  }

  /** A little-endian number of 1, 2 or 4 bytes. */
  unsigned(length: 1 | 2 | 4): number {
    const at = this.#take(length);
    if (length === 1) return this.#bytes.getUint8(at);
    return length === 2 ? this.#bytes.getUint16(at, true) : this.#bytes.getUint32(at, true);
  }

  /** A little-endian number in two's complement; of offsets and sizes that four bytes do not hold. */
  long(length: number): number {
    const at = this.#take(length);
    let value = 0n;
    for (let index = length - 1; index >= 0; index--) value = (value << 8n) | BigInt(this.#bytes.getUint8(at + index));
    const number = Number(BigInt.asIntN(8 * length, value));
    if (!Number.isSafeInteger(number)) throw this.#errors.unsupported(`a number of ${length} bytes`);
    return number;
  }

  text(length: number): string {
    const { buffer, byteOffset } = this.#bytes;
    return new TextDecoder().decode(new Uint8Array(buffer, byteOffset + this.#take(length), length));
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined) throw this.#errors.damaged('a pickle that takes more than it made');
    return value;
  }

  popMany(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.pop()).toReversed();
  }

  mark(): void {
    this.#below.push(this.#stack);
    this.#stack = [];
  }

  popToMark(): PickleValue[] {
    const items = this.#stack;
    const below = this.#below.pop();
    if (below === undefined) throw this.#errors.damaged('a pickle without the mark that it goes back to');
    this.#stack = below;
    return items;
  }

  tuple(length: number): void {
    this.push({ kind: 'tuple', items: this.popMany(length) });
  }

  remember(index: number): void {
    const value = this.pop();
    this.#memo.set(index, value);
    this.push(value);
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#errors.damaged(`a pickle that recalls ${index}, which it did not remember`);
    this.push(value);
  }

  global(): Global {
    const name = `${this.#line()}.${this.#line()}`;
    if (!isGlobal(name)) throw this.#errors.unsupported(`the Python name ${name}${meaningOf(name)}`);
    return { kind: 'global', name };
  }

  setItems(items: readonly PickleValue[]): void {
    const dictionary = this.pop();
    if (!isOf(dictionary, 'dictionary')) throw this.#errors.unsupported('entries of something that is no dictionary');
    for (let at = 0; at + 1 < items.length; at += 2) {
      const key = items[at];
      if (typeof key !== 'string') throw this.#errors.unsupported('a key that is no text');
      dictionary.entries.set(key, items[at + 1]!);
    }
    this.push(dictionary);
  }

  /** ('storage', its type, key, device, elements): data that the archive has under the key. */
  storage(): void {
    const [tag, type, key, , size] = this.#items(this.pop());
    const dtype = isOf(type, 'global') ? globals[type.name] : undefined;
    if (tag !== 'storage' || dtype === undefined || typeof key !== 'string' || !isCount(size))
      throw this.#errors.unsupported('a reference that is no storage of numbers');
    this.push({ kind: 'storage', dtype, key, size });
  }

  reduce(): void {
    const [called, argument] = this.popMany(2);
    const items = this.#items(argument);
    if (!isOf(called, 'global')) throw this.#errors.unsupported('a call of something that has no name');
    if (called.name === 'collections.OrderedDict' && items.length === 0)
      this.push({ kind: 'dictionary', entries: new Map() });
    else if (called.name === 'torch._utils._rebuild_tensor_v2') this.push(this.#tensor(items));
    // (tensor, whether it takes gradients, hooks)
    else if (called.name === 'torch._utils._rebuild_parameter' && isOf(items[0], 'tensor')) this.push(items[0]);
    else throw this.#errors.unsupported(`a call of ${called.name}`);
  }

  /** Attributes of a dictionary, which `state_dict` gives its own: versions of modules, no tensors. They are left aside. */
  build(): void {
    const [built, attributes] = this.popMany(2);
    if (!isOf(built, 'dictionary') || !isOf(attributes, 'dictionary'))
      throw this.#errors.unsupported('attributes of something that is no dictionary');
    this.push(built);
  }

  /** (storage, offset, shape, strides, whether it takes gradients, hooks) */
  #tensor([storage, offset, shape, strides]: readonly PickleValue[]): TensorView {
    const [sizes, steps] = [this.#items(shape), this.#items(strides)];
    if (!isOf(storage, 'storage') || !isCount(offset) || !sizes.every(isCount) || !steps.every(isCount))
      throw this.#errors.damaged('a tensor without a place in a storage');
    return { kind: 'tensor', storage, offset, shape: sizes, strides: steps };
  }

  #items(value: PickleValue | undefined): readonly PickleValue[] {
    if (!isOf(value, 'tuple')) throw this.#errors.damaged('a pickle with something else in the place of a tuple');
    return value.items;
  }

  #line(): string {
    const start = this.#at;
    while (this.unsigned(1) !== code('\n'));
    const { buffer, byteOffset } = this.#bytes;
    return new TextDecoder().decode(new Uint8Array(buffer, byteOffset + start, this.#at - 1 - start));
  }

  /** Where the next bytes begin; they are read then. */
  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.byteLength) throw this.#errors.damaged('a pickle that ends too early');
    this.#at += length;
    return at;
  }
}

interface Kinds {
  readonly dictionary: Dictionary;
  readonly tuple: Tuple;
  readonly global: Global;
  readonly storage: Extract<PickleValue, { kind: 'storage' }>;
  readonly tensor: TensorView;
}

/** Whether a value is of a kind of object. */
export function isOf<Kind extends keyof Kinds>(value: PickleValue | undefined, kind: Kind): value is Kinds[Kind] {
  return typeof value === 'object' && value !== null && value.kind === kind;
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && value >= 0 && Number.isSafeInteger(value);
}

/** What a name stands for that a user would ask about. */
function meaningOf(name: string): string {
  if (name.startsWith('torch.float8_')) return ' (weights as floats of 8 bits, fp8)';
  if (/^torch\.Q\w+Storage$|_rebuild_qtensor$/.test(name)) return ' (weights that PyTorch quantized)';
  return '';
}

function isGlobal(name: string): name is keyof typeof globals {
  return Object.hasOwn(globals, name);
}
