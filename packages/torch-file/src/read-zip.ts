/**
 * Entries of a zip archive as torch.save writes it (PKWARE's APPNOTE, 4.3): stored, not compressed, zip64 where the archive
 * passes 4 GiB. Sizes and CRC-32s are those of the directory at the end, for torch.save leaves them out of the headers before
 * the data. Nothing but the directory and those headers is read to open one, however large it is.
 */
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { FileErrors } from './errors.ts';

/** Where the bytes of an entry lie in the file. */
export interface ZipEntry {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly crc32: number;
}

export interface Archive {
  readonly handle: Pick<FileHandle, 'read'>;
  /** In bytes. */
  readonly size: number;
  readonly errors: FileErrors;
}

const signatures = { end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50, entry: 0x02014b50, data: 0x04034b50 };

/** The fixed part of each record, in bytes. */
const lengths = { end: 22, end64: 56, locator64: 20, entry: 46, data: 30 };

/** A model of 100 layers with 1000 experts has as many. */
const mostEntries = 500_000;
const mostDirectoryBytes = 2 ** 27;
/** In a field of 4 bytes: the number stands in the zip64 field. */
const elsewhere = 0xffffffff;

const noArchive = 'no whole zip archive';

/** The entries by name, in the order of the directory. Throws where one is compressed, or where two share bytes. */
export async function readDirectory(archive: Archive): Promise<ReadonlyMap<string, ZipEntry>> {
  const { errors, size } = archive;
  try {
    const { at, length, count } = await findDirectory(archive);
    if (count > mostEntries || length > mostDirectoryBytes)
      throw errors.unsupported(`${count} entries, of which at most ${mostEntries} are read`);
    const listed = listEntries(await readAt(archive, at, length), count, errors);
    const entries = new Map<string, ZipEntry>();
    for (const { name, header, ...rest } of listed) {
      const view = await readAt(archive, header, lengths.data);
      if (view.getUint32(0, true) !== signatures.data) throw errors.damaged(noArchive);
      const offset = header + lengths.data + view.getUint16(26, true) + view.getUint16(28, true);
      if (offset + rest.length > size) throw errors.damaged(noArchive);
      if (entries.has(name)) throw errors.damaged(`two entries of the name ${name}`);
      entries.set(name, { name, offset, ...rest });
    }
    checkApart([...entries.values()], errors);
    return entries;
  } catch (error) {
    throw error instanceof RangeError ? errors.damaged(noArchive) : error;
  }
}

/** The bytes of an entry. Throws where they are not those that were written. */
export async function readEntry(
  archive: Archive,
  { name, offset, length, crc32: written }: ZipEntry,
): Promise<Uint8Array> {
  const { errors } = archive;
  const { buffer, byteOffset } = await readAt(archive, offset, length);
  const data = new Uint8Array(buffer, byteOffset, length);
  const found = crc32(data);
  if (found === written) return data;
  // torch.serialization.set_crc32_options(False) leaves 0.
  if (written === 0) throw errors.unsupported(`${name} without a CRC-32, so that damage would go unseen`);
  throw errors.damaged(`${name} with the CRC-32 ${hexadecimal(found)}, written as ${hexadecimal(written)}`);
}

interface Directory {
  readonly at: number;
  readonly length: number;
  readonly count: number;
}

/** By the record that the archive ends with; a comment of up to 65535 bytes may follow it. */
async function findDirectory(archive: Archive): Promise<Directory> {
  const { size, errors } = archive;
  const start = Math.max(0, size - lengths.end - 0xffff - lengths.locator64);
  const tail = await readAt(archive, start, size - start);
  let end = tail.byteLength - lengths.end;
  while (end >= 0 && tail.getUint32(end, true) !== signatures.end) end--;
  if (end < 0) throw errors.damaged(noArchive);
  const [count, length, at] = [
    tail.getUint16(end + 10, true),
    tail.getUint32(end + 12, true),
    tail.getUint32(end + 16, true),
  ];
  if (count !== 0xffff && length !== elsewhere && at !== elsewhere) return { at, length, count };
  const locator = end - lengths.locator64;
  if (tail.getUint32(locator, true) !== signatures.locator64) throw errors.damaged(noArchive);
  const record = await readAt(archive, wide(tail, locator + 8), lengths.end64);
  if (record.getUint32(0, true) !== signatures.end64) throw errors.damaged(noArchive);
  return { count: wide(record, 32), length: wide(record, 40), at: wide(record, 48) };
}

interface ListedEntry extends Omit<ZipEntry, 'offset'> {
  /** Where the header before the data begins. */
  readonly header: number;
}

function listEntries(view: DataView, count: number, errors: FileErrors): ListedEntry[] {
  const listed: ListedEntry[] = [];
  let at = 0;
  for (let left = count; left > 0; left--) {
    if (view.getUint32(at, true) !== signatures.entry) throw errors.damaged(noArchive);
    const nameEnd = at + lengths.entry + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    const name = new TextDecoder().decode(part(view, at + lengths.entry, nameEnd));
    if (view.getUint16(at + 10, true) !== 0) throw errors.unsupported(`${name} compressed, as torch.save never does`);
    const { length, header } = placeOf(view, at, part(view, nameEnd, extraEnd));
    listed.push({ name, length, header, crc32: view.getUint32(at + 16, true) });
    at = extraEnd + view.getUint16(at + 32, true);
  }
  return listed;
}

/** The size and the place of an entry; those that do not fit 4 bytes stand in its zip64 field, in a fixed order. */
function placeOf(view: DataView, at: number, extra: Uint8Array): Pick<ListedEntry, 'length' | 'header'> {
  const [packed, length, header] = [20, 24, 42].map((field) => view.getUint32(at + field, true)) as [
    number,
    number,
    number,
  ];
  if (![packed, length, header].includes(elsewhere)) return { length, header };
  const fields = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  let field = 0;
  while (fields.getUint16(field, true) !== 1) field += 4 + fields.getUint16(field + 2, true);
  let next = field + 4;
  const read = (narrow: number): number => {
    if (narrow !== elsewhere) return narrow;
    next += 8;
    return wide(fields, next - 8);
  };
  const size = read(length);
  read(packed);
  return { length: size, header: read(header) };
}

function checkApart(entries: readonly ZipEntry[], errors: FileErrors): void {
  let covered = 0;
  for (const { name, offset, length } of entries.toSorted((a, b) => a.offset - b.offset)) {
    if (offset < covered) throw errors.damaged(`${name}, which shares bytes with another entry`);
    covered = offset + length;
  }
}

function part(view: DataView, start: number, end: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + start, end - start);
}

/** A number of 8 bytes; one that no file reaches is out of every range. */
function wide(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(value);
}

async function readAt({ handle, size, errors }: Archive, position: number, length: number): Promise<DataView> {
  if (!(position >= 0 && length >= 0 && position + length <= size)) throw errors.damaged(noArchive);
  const buffer = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await handle.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) throw errors.damaged(noArchive);
    done += bytesRead;
  }
  return new DataView(buffer.buffer);
}

function hexadecimal(checksum: number): string {
  return checksum.toString(16).padStart(8, '0');
}
