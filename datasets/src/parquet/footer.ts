/**
 * What a Parquet file says of itself at its end (apache/parquet-format, src/main/thrift/parquet.thrift), checked before any
 * of it is believed: what it claims has to lie inside the file, once, and to fit in memory a row group at a time.
 */
import { type ColumnMetaData, type FileMetaData, parquetMetadata, type RowGroup, type SchemaElement } from 'hyparquet';
import { ThriftProblem, ThriftReader } from './thrift.ts';

/** A column of values: a leaf of the schema. */
export interface Leaf {
  readonly path: readonly string[];
  readonly maxRepetition: number;
  readonly maxDefinition: number;
  readonly isBoolean: boolean;
}

/** The part of a file that holds the values of a column in a row group. */
export interface Chunk {
  readonly leaf: Leaf;
  readonly metadata: ColumnMetaData;
  readonly start: number;
  readonly end: number;
  readonly values: number;
}

export interface CheckedGroup {
  readonly group: RowGroup;
  readonly rows: number;
  readonly chunks: readonly Chunk[];
}

export interface Footer {
  readonly metadata: FileMetaData;
  readonly groups: readonly CheckedGroup[];
  readonly rows: number;
}

export class ParquetProblem extends Error {}

const magicLength = 4;
/** The length of the footer and the magic letters behind it. */
export const tailLength = 8;
export const longestFooter: number = 16 * 2 ** 20;
const mostColumns = 1024;
const deepestColumn = 16;
const mostGroupRows = 2 ** 21;
const mostGroupValues = 2 ** 24;
const largestGroup = 2 ** 29;
/** Even a column of one word, said once for all rows, comes with others. */
const mostRowsPerByte = 64;

/** Kinds of values that JSON can hold; the others are of places and of other programs. */
const readKinds: ReadonlySet<string> = new Set(
  'STRING LIST ENUM DECIMAL DATE TIME TIMESTAMP INTEGER NULL JSON UUID FLOAT16'.split(' '),
);

/** `bytes` are the footer and the tail, `fileSize` how long the whole file is. */
export function checkFooter(bytes: Uint8Array, fileSize: number): Footer {
  const reader = new ThriftReader(bytes.subarray(0, -tailLength));
  try {
    reader.struct();
  } catch (error) {
    throw error instanceof ThriftProblem ? new ParquetProblem(`a footer with ${error.message}`) : error;
  }
  const metadata = parquetMetadata(bytes, { geoparquet: false });
  const leaves = leavesOf(metadata.schema);
  const groups = metadata.row_groups.map((group, index) => checkGroup(group, { leaves, index, fileSize, bytes }));
  requireApart(groups.flatMap(({ chunks }) => chunks));
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  if (rows !== Number(metadata.num_rows))
    throw new ParquetProblem(`${metadata.num_rows} rows in the footer and ${rows} in the row groups`);
  if (rows > mostRowsPerByte * fileSize) throw new ParquetProblem(`${rows} rows in ${fileSize} bytes`);
  return { metadata, groups, rows };
}

function leavesOf(schema: readonly SchemaElement[]): Leaf[] {
  if (schema.length > mostColumns) throw new ParquetProblem(`a schema of ${schema.length} elements`);
  const leaves: Leaf[] = [];
  let next = 0;
  const walk = (parent: Omit<Leaf, 'isBoolean'>): void => {
    const element = schema[next++];
    if (element === undefined) throw new ParquetProblem('a schema that ends before its columns do');
    const { name, num_children: children = 0, repetition_type: repetition = 'REQUIRED' } = element;
    const isRoot = next === 1;
    const path = isRoot ? [] : [...parent.path, name];
    if (path.length > deepestColumn || !(children >= 0)) throw new ParquetProblem(`the column ${path.join('.')}`);
    if (name === '__proto__') throw new ParquetProblem('a column of the name __proto__');
    requireReadable(element);
    const own = {
      path,
      maxRepetition: parent.maxRepetition + Number(!isRoot && repetition === 'REPEATED'),
      maxDefinition: parent.maxDefinition + Number(!isRoot && repetition !== 'REQUIRED'),
    };
    const names = new Set<string>();
    for (let child = 0; child < children; child++) {
      names.add(schema[next]?.name ?? '');
      walk(own);
    }
    if (names.size !== children) throw new ParquetProblem(`two columns of one name in ${path.join('.') || 'a row'}`);
    if (children === 0 && !isRoot) leaves.push({ ...own, isBoolean: element.type === 'BOOLEAN' });
  };
  walk({ path: [], maxRepetition: 0, maxDefinition: 0 });
  if (next !== schema.length) throw new ParquetProblem(`a schema of ${schema.length} elements, ${next} of them in it`);
  return leaves;
}

function requireReadable({ name, logical_type: logical }: SchemaElement): void {
  const kind: string | undefined = (logical as { readonly type?: string } | undefined)?.type;
  if (kind !== undefined && !readKinds.has(kind)) throw new ParquetProblem(`the column ${name} of the type ${kind}`);
}

function checkGroup(
  group: RowGroup,
  {
    leaves,
    index,
    fileSize,
    bytes,
  }: {
    readonly leaves: readonly Leaf[];
    readonly index: number;
    readonly fileSize: number;
    readonly bytes: Uint8Array;
  },
): CheckedGroup {
  const where = `row group ${index}`;
  const rows = countOf(group.num_rows, mostGroupRows, `${where}: rows`);
  if (group.columns.length !== leaves.length)
    throw new ParquetProblem(`${where}: ${group.columns.length} columns, and ${leaves.length} in the schema`);
  const chunks = group.columns.map(({ meta_data: metadata, file_path }, place): Chunk => {
    const leaf = leaves[place]!;
    const what = `${where}, column ${leaf.path.join('.')}`;
    if (metadata === undefined || file_path !== undefined)
      throw new ParquetProblem(`${what}: values that are not in the file`);
    if (metadata.path_in_schema.join('\n') !== leaf.path.join('\n'))
      throw new ParquetProblem(`${what}: the name ${metadata.path_in_schema.join('.')}`);
    const values = countOf(metadata.num_values, mostGroupValues, `${what}: values`);
    if (leaf.maxRepetition === 0 && values !== rows)
      throw new ParquetProblem(`${what}: ${values} values in ${rows} rows`);
    const start = countOf(metadata.dictionary_page_offset || metadata.data_page_offset, fileSize, `${what}: start`);
    const end = start + countOf(metadata.total_compressed_size, fileSize, `${what}: bytes`);
    if (start < magicLength || end > fileSize - bytes.length)
      throw new ParquetProblem(`${what}: bytes ${start} to ${end} of a file of ${fileSize}`);
    return { leaf, metadata, start, end, values };
  });
  const size = chunks.reduce((sum, { metadata }) => sum + Number(metadata.total_uncompressed_size), 0);
  if (!(size <= largestGroup)) throw new ParquetProblem(`${where}: ${size} bytes once they are unpacked`);
  return { group: { ...group, columns: chunks.map(({ metadata }) => plainColumn(metadata)) }, rows, chunks };
}

/** Without the indexes of pages, which are further places in the file. */
function plainColumn(metadata: ColumnMetaData): RowGroup['columns'][number] {
  return { file_offset: 0n, meta_data: metadata };
}

function countOf(value: number | bigint | undefined, most: number, what: string): number {
  const count = Number(value);
  if (!Number.isSafeInteger(count) || count < 0 || count > most)
    throw new ParquetProblem(`${what} ${value}, of at most ${most}`);
  return count;
}

/** The same bytes given for many columns would be a small file of any number of rows. */
function requireApart(chunks: readonly Chunk[]): void {
  const inOrder = chunks.toSorted((a, b) => a.start - b.start);
  for (const [index, { start, leaf }] of inOrder.entries()) {
    const before = inOrder[index - 1];
    if (before !== undefined && start < before.end)
      throw new ParquetProblem(
        `the columns ${before.leaf.path.join('.')} and ${leaf.path.join('.')} in the same bytes`,
      );
  }
}
