/** The codecs of Parquet's pages; none gives, or takes memory for, more than a page is announced to have. */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { CompressionCodec, Compressors } from 'hyparquet';
import { compressors as portable } from 'hyparquet-compressors';
import { ParquetProblem } from './footer.ts';

export const largestPage: number = 2 ** 28;

type Unpack = (packed: Uint8Array, size: number) => Uint8Array;

const native = (unpack: (packed: Uint8Array, options: { maxOutputLength: number }) => Uint8Array): Unpack => {
  return (packed, size) => unpack(packed, { maxOutputLength: Math.max(1, size) });
};

const codecs: Readonly<Partial<Record<CompressionCodec, Unpack>>> = {
  SNAPPY: portable.SNAPPY!,
  LZ4: portable.LZ4!,
  LZ4_RAW: portable.LZ4_RAW!,
  GZIP: native(gunzipSync),
  BROTLI: native(brotliDecompressSync),
  ZSTD: native(zstdDecompressSync),
};

/** As hyparquet asks for it. */
export const unpackers: Compressors = Object.fromEntries(
  Object.keys(codecs).map((codec) => [
    codec,
    (packed: Uint8Array, size: number) => unpackPage(codec as CompressionCodec, packed, size),
  ]),
);

/** Throws where there are more or fewer bytes than announced. */
export function unpackPage(codec: CompressionCodec, packed: Uint8Array, size: number): Uint8Array {
  if (!(size >= 0 && size <= largestPage)) throw new ParquetProblem(`a page of ${size} bytes`);
  const unpack = codecs[codec];
  if (unpack === undefined && codec !== 'UNCOMPRESSED') throw new ParquetProblem(`pages packed with ${codec}`);
  const page = unpack === undefined ? packed : unpack(packed, size);
  if (page.length !== size) throw new ParquetProblem(`a page of ${page.length} bytes where ${size} are announced`);
  return page;
}
