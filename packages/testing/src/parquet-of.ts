/** Parquet files of rows as JSON has them, with the schema that pyarrow makes of them. */
import { parquetWriteBuffer, type SchemaElement } from 'hyparquet-writer';

type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
type Row = Readonly<Record<string, unknown>>;

export interface WritingOptions {
  readonly codec?: 'UNCOMPRESSED' | 'SNAPPY';
  readonly rowGroupSize?: number;
}

export function parquetOf(
  rows: readonly Row[],
  { codec = 'SNAPPY', rowGroupSize = 1000 }: WritingOptions = {},
): Buffer {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name) => rows.map((row) => (row[name] ?? null) as Value));
  const schema: SchemaElement[] = [{ name: 'schema', num_children: names.length }];
  for (const [index, name] of names.entries()) schema.push(...elementsOf(name, columns[index]!));
  const columnData = names.map((name, index) => ({ name, data: columns[index]!.map(integersIn) }));
  return Buffer.from(parquetWriteBuffer({ schema, columnData, codec, rowGroupSize }));
}

function elementsOf(name: string, values: readonly Value[]): SchemaElement[] {
  const optional = { name, repetition_type: 'OPTIONAL' } as const;
  const some = values.filter((value) => value !== null);
  const [first] = some;
  if (Array.isArray(first)) {
    const inner = elementsOf(
      'element',
      some.flatMap((value) => value as readonly Value[]),
    );
    const list = { name: 'list', repetition_type: 'REPEATED', num_children: 1 } as const;
    return [{ ...optional, converted_type: 'LIST', num_children: 1 }, list, ...inner];
  }
  if (typeof first === 'object') {
    const names = [...new Set(some.flatMap((value) => Object.keys(value as object)))];
    const inner = names.flatMap((each) =>
      elementsOf(
        each,
        some.map((value) => (value as Readonly<Record<string, Value>>)[each] ?? null),
      ),
    );
    return [{ ...optional, num_children: names.length }, ...inner];
  }
  if (typeof first === 'boolean') return [{ ...optional, type: 'BOOLEAN' }];
  if (typeof first === 'number')
    return [{ ...optional, type: some.every((value) => Number.isSafeInteger(value)) ? 'INT64' : 'DOUBLE' }];
  return [{ ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
}

function integersIn(value: Value): unknown {
  if (Number.isSafeInteger(value)) return BigInt(value as number);
  if (Array.isArray(value)) return value.map(integersIn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, integersIn(each)]));
}
