/**
 * Entries of a zip archive as torch.save writes it (PKWARE's APPNOTE, 4.3): stored, not compressed, and below 4 GiB, where
 * the zip64 fields repeat what is read here. Sizes and CRC-32s are those of the directory at the end, for torch.save leaves
 * them out of the headers before the data.
 */
import { crc32 } from 'node:zlib';
import type { FileErrors } from './errors.ts';

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;

/** The fixed part of each header, in bytes. */
const [endLength, entryLength, dataLength] = [22, 46, 30];

const noArchive = 'no whole zip archive';

/** Views of the entries by name. Throws where one is compressed, or where its bytes are not those that were written. */
export function readZip(bytes: Uint8Array, errors: FileErrors): ReadonlyMap<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = new Map<string, Uint8Array>();
  const end = findEnd(view);
  if (end === undefined) throw errors.damaged(noArchive);
  try {
    let at = view.getUint32(end + 16, true);
    for (let left = view.getUint16(end + 10, true); left > 0; left--) {
      if (view.getUint32(at, true) !== entrySignature) throw errors.damaged(noArchive);
      const nameEnd = at + entryLength + view.getUint16(at + 28, true);
      const name = new TextDecoder().decode(bytes.subarray(at + entryLength, nameEnd));
      entries.set(name, readEntry(view, at, { name, errors }));
      at = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
  } catch (error) {
    throw error instanceof RangeError ? errors.damaged(noArchive) : error;
  }
  return entries;
}

/** Where the record begins that the archive ends with; a comment of up to 65535 bytes may follow it. */
function findEnd(view: DataView): number | undefined {
  for (let at = view.byteLength - endLength; at >= Math.max(0, view.byteLength - endLength - 0xffff); at--)
    if (view.getUint32(at, true) === endSignature) return at;
  return undefined;
}

/** The data of the entry at `at` of the directory. */
function readEntry(
  view: DataView,
  at: number,
  { name, errors }: { readonly name: string; readonly errors: FileErrors },
): Uint8Array {
  if (view.getUint16(at + 10, true) !== 0) throw errors.unsupported(`${name} compressed, as torch.save never does`);
  const header = view.getUint32(at + 42, true);
  const start = header + dataLength + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  const data = new Uint8Array(view.buffer, view.byteOffset + start, view.getUint32(at + 24, true));
  const [found, written] = [crc32(data), view.getUint32(at + 16, true)];
  if (found === written) return data;
  // torch.serialization.set_crc32_options(False) leaves 0.
  if (written === 0) throw errors.unsupported(`${name} without a CRC-32, so that damage would go unseen`);
  throw errors.damaged(`${name} with the CRC-32 ${hexadecimal(found)}, written as ${hexadecimal(written)}`);
}

function hexadecimal(checksum: number): string {
  return checksum.toString(16).padStart(8, '0');
}
