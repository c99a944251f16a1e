/** The rules for where tensors lie: their data fills the rest of the file, without holes and without sharing a byte. */
import { bitsPerElement } from './element-types.ts';
import {
  dataTrailing,
  dataTruncated,
  offsetsBeyondData,
  offsetsLeaveGap,
  offsetsOverlap,
  sizeMismatch,
} from './errors.ts';
import type { HeaderEntry } from './parse-header.ts';

/** Throws for the first entry, in file order, that breaks a rule. `dataLength` is what the file has behind its header. */
export function checkLayout(entries: readonly HeaderEntry[], dataLength: number, file: string): void {
  let covered = 0;
  for (const entry of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    const { name, begin, end } = entry;
    const tensor = `${file}: ${name}`;
    if (begin > covered)
      throw end > dataLength ? offsetsBeyondData(tensor, end, dataLength) : offsetsLeaveGap(tensor, begin, covered);
    if (begin < covered) throw offsetsOverlap(tensor, begin, covered);
    checkSize(entry, tensor);
    covered = end;
  }
  if (covered > dataLength) throw dataTruncated(file, dataLength, covered);
  if (covered < dataLength) throw dataTrailing(file, dataLength, covered);
}

function checkSize({ dtype, shape, begin, end }: HeaderEntry, tensor: string): void {
  const bits = shape.reduce((product, size) => product * size, bitsPerElement.get(dtype) ?? Number.NaN);
  // A product too large for a double's integers cannot equal a span that fits a file.
  if (bits !== (end - begin) * 8)
    throw sizeMismatch(tensor, end - begin, `${bits / 8} bytes, which ${dtype} [${shape.join(', ')}] takes`);
}
