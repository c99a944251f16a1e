/**
 * Arrays by name in one piece of bytes: the length of a JSON list of names and lengths, the list, then the numbers of
 * all of them one behind the other, float32, little-endian.
 */
const lengthBytes = 4;

export function packArrays(arrays: ReadonlyMap<string, Float32Array>): Uint8Array {
  const list = Buffer.from(JSON.stringify(Array.from(arrays, ([name, values]) => [name, values.length])));
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32LE(list.length);
  const contents = Array.from(arrays.values(), bytesOf);
  return Buffer.concat([length, list, ...contents]);
}

export function unpackArrays(bytes: Uint8Array): Map<string, Float32Array> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const listEnd = lengthBytes + view.readUInt32LE();
  const list = JSON.parse(view.toString('utf8', lengthBytes, listEnd)) as [name: string, length: number][];
  let at = listEnd;
  return new Map(
    list.map(([name, length]) => {
      const end = at + length * Float32Array.BYTES_PER_ELEMENT;
      const values = new Float32Array(aligned(bytes.subarray(at, end)));
      at = end;
      return [name, values];
    }),
  );
}

export function bytesOf(numbers: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** SQLite's bytes begin anywhere; numbers of four bytes may not. */
export function aligned(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer;
}
