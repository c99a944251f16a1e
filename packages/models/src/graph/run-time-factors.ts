/** Rows of a matrix in which run-time numbers scale single entries. */
import type { Graph, Value } from '@linchpin/onnx';
import type { Parameter } from '@linchpin/plugin-api';
import type { ScaledEntry } from '../edit/scaled-rows.ts';

export interface FactoredRows {
  /** The rows as the fixed edits leave them: float32 [rows, columns]. */
  readonly values: Value;
  /** Which rows of the matrix they are. */
  readonly rows: readonly number[];
  readonly entries: readonly ScaledEntry[];
  /** float32 [] of every parameter. */
  readonly parameters: ReadonlyMap<Parameter, Value>;
}

/** Multiplies the entries by their parameters, and every other entry by exactly 1: float32 [rows, columns]. */
export function scaleEntries(graph: Graph, { values, rows, entries, parameters }: FactoredRows): Value {
  const columns = values.shape[1] as number;
  let scaled = values;
  entriesTogether(entries).forEach((group, index) => {
    const marks = new Uint8Array(rows.length * columns);
    for (const { row, column } of group) marks[rows.indexOf(row) * columns + column] = 1;
    const isScaled = graph.tensor(`${values.name}:scaled_${index}`, 'bool', [rows.length, columns], marks);
    const parameter = parameters.get(group[0]!.parameter)!;
    const factors = graph.apply('Where', [isScaled, parameter, graph.float(1)], { name: `${values.name}:factors` });
    scaled = graph.apply('Mul', [scaled, factors], { name: `${values.name}:run_time` });
  });
  return scaled;
}

/** Entries of one parameter share a mask; one that is scaled twice by it needs a second. */
function entriesTogether(entries: readonly ScaledEntry[]): ScaledEntry[][] {
  const groups: ScaledEntry[][] = [];
  for (const entry of entries) {
    const group = groups.find(
      (others) =>
        others[0]!.parameter === entry.parameter &&
        !others.some(({ row, column }) => row === entry.row && column === entry.column),
    );
    if (group === undefined) groups.push([entry]);
    else group.push(entry);
  }
  return groups;
}
