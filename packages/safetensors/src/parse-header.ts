/** The JSON header of a safetensors file, checked entry by entry. */
import { describeValue } from '@linchpin/errors';
import { findDuplicateKey } from './duplicate-key.ts';
import { bitsPerElement } from './element-types.ts';
import {
  duplicateName,
  entryMalformed,
  headerNotJson,
  headerNotObject,
  headerNotUtf8,
  metadataNotText,
  offsetsInvalid,
  shapeInvalid,
  unknownElementType,
} from './errors.ts';

/** What the header says of one tensor; offsets count from the beginning of the data. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface ParsedHeader {
  readonly entries: readonly HeaderEntry[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** `file` is only named in errors. */
export function parseHeader(bytes: Uint8Array, file: string): ParsedHeader {
  const header = parseJson(decode(bytes, file), file);
  const { __metadata__: metadata, ...tensors } = header;
  return {
    entries: Object.entries(tensors).map(([name, entry]) => parseEntry(name, entry, file)),
    metadata: parseMetadata(metadata, file),
  };
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw headerNotUtf8(file);
  }
}

function parseJson(text: string, file: string): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw headerNotJson(file, error as SyntaxError);
  }
  if (!isObject(header)) throw headerNotObject(file, describeValue(header));
  const twice = findDuplicateKey(text);
  if (twice !== undefined) throw duplicateName(file, twice);
  return header;
}

function parseMetadata(metadata: unknown, file: string): Map<string, string> {
  if (metadata === undefined || metadata === null) return new Map();
  if (!isObject(metadata)) throw metadataNotText(file, describeValue(metadata));
  return new Map(
    Object.entries(metadata).map(([key, value]) => {
      if (typeof value !== 'string') throw metadataNotText(file, `${describeValue(value)} as ${key}`);
      return [key, value];
    }),
  );
}

function parseEntry(name: string, entry: unknown, file: string): HeaderEntry {
  const tensor = `${file}: ${name}`;
  if (!isObject(entry)) throw entryMalformed(tensor, 'entry', describeValue(entry));
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string') throw entryMalformed(tensor, 'dtype', describeValue(dtype));
  if (!bitsPerElement.has(dtype)) throw unknownElementType(tensor, dtype, [...bitsPerElement.keys()]);
  if (!Array.isArray(shape)) throw entryMalformed(tensor, 'shape', describeValue(shape));
  if (!shape.every(isSize)) throw shapeInvalid(tensor, describeValue(shape));
  if (!Array.isArray(offsets)) throw entryMalformed(tensor, 'data_offsets', describeValue(offsets));
  if (offsets.length !== 2 || !offsets.every(isSize)) throw offsetsInvalid(tensor, describeValue(offsets));
  const [begin, end] = offsets as [number, number];
  if (begin > end) throw offsetsInvalid(tensor, describeValue(offsets));
  return { name, dtype, shape, begin, end };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
