/**
 * Candidates as scalars and as rows, each with controls of its own matrix: seeded random ones, and those of largest
 * magnitude, which a rule that goes by size would take. Controls are never candidates, nor lie in the row of one.
 */
import type { Candidate } from '@linchpin/detection';
import { internalError } from '@linchpin/errors';
import type { OpenedModel } from '@linchpin/harness';
import { mlpOutput, readerOf } from '@linchpin/models';
import type { MlpPlace } from '@linchpin/plugin-api';
import { PythonRandom } from '@linchpin/random';
import { matrixMagnitudes, type MatrixMagnitudes } from './matrix-magnitudes.ts';
import { type Group, isSame, type Subject } from './subject.ts';

export interface ControlOptions {
  /** Random and largest ones, each so many for scalars and for rows of a matrix. */
  readonly controls: number;
  readonly seed: number;
}

type Searched = Pick<Candidate, 'layer' | 'expert' | 'row' | 'column' | 'value'>;

/** Candidates in the order in which they were found, matrix by matrix, each matrix's controls behind them. */
export async function chooseSubjects(
  opened: OpenedModel,
  candidates: readonly Searched[],
  { controls, seed }: ControlOptions,
): Promise<Subject[]> {
  const random = new PythonRandom(seed);
  const matrices = Map.groupBy(candidates, (candidate) => mlpOutput(opened, candidate));
  const subjects: Subject[] = [];
  for (const [name, own] of matrices) {
    const tensor = opened.tensors.get(name);
    const [rows, columns] = tensor?.shape ?? [];
    if (tensor === undefined || rows === undefined || columns === undefined)
      throw internalError(`${name} is no matrix`);
    const magnitudes = await matrixMagnitudes(readerOf(opened).streamTensor(tensor), {
      shape: [rows, columns],
      // Some lie in the rows of candidates, and are left out again.
      most: controls + 16 * own.length,
      asked: new Map(own.map(({ row, column, value }) => [row * columns + column, value])),
    });
    const reader = async (row: number): Promise<Float32Array> => await readerOf(opened).readRows(tensor, row, 1);
    subjects.push(...(await subjectsOf(own, { magnitudes, random, controls, reader })));
  }
  return subjects;
}

interface Chosen {
  readonly magnitudes: MatrixMagnitudes;
  readonly random: PythonRandom;
  readonly controls: number;
  readonly reader: (row: number) => Promise<Float32Array>;
}

async function subjectsOf(candidates: readonly Searched[], chosen: Chosen): Promise<Subject[]> {
  const { magnitudes, random, controls, reader } = chosen;
  const { rows, columns, norms, largest, larger } = magnitudes;
  const { layer, expert } = candidates[0]!;
  const place: MlpPlace = expert === undefined ? { layer } : { layer, expert };
  const taken = new Set(candidates.map(({ row }) => row));
  const order = [...norms.keys()].toSorted((a, b) => norms[b]! - norms[a]!);
  const rowOf = (row: number, group: Group): Subject => ({
    ...place,
    unit: 'row',
    group,
    row,
    magnitude: norms[row]!,
    rank: order.indexOf(row) + 1,
  });
  const scalarOf = (at: number, group: Group, { magnitude, rank }: Pick<Subject, 'magnitude' | 'rank'>): Subject => ({
    ...place,
    unit: 'scalar',
    group,
    row: Math.floor(at / columns),
    column: at % columns,
    magnitude,
    rank,
  });
  const isFree = (row: number): boolean => !taken.has(row);
  const drawnRows = random.sample(rows, Math.min(rows, controls + taken.size)).filter(isFree);
  const drawn = random
    .sample(rows * columns, Math.min(rows * columns, 2 * controls + columns))
    .filter((at) => isFree(Math.floor(at / columns)))
    .slice(0, controls);
  const scalars: Subject[] = [];
  for (const at of drawn) {
    const value = (await reader(Math.floor(at / columns)))[at % columns]!;
    // Where it stands among all scalars is not asked: it was not chosen by it.
    scalars.push(scalarOf(at, 'random', { magnitude: Math.abs(value), rank: 0 }));
  }
  const freeLargest = largest.flatMap(({ at, magnitude }, index) =>
    isFree(Math.floor(at / columns)) ? [scalarOf(at, 'largest', { magnitude, rank: index + 1 })] : [],
  );
  const randomRows = drawnRows.slice(0, controls).map((row) => rowOf(row, 'random'));
  const largestRows = order.filter(isFree).map((row) => rowOf(row, 'largest'));
  return [
    ...candidates.map(({ row, column, value }) => {
      const at = row * columns + column;
      return scalarOf(at, 'candidate', { magnitude: Math.abs(value), rank: larger.get(at)! + 1 });
    }),
    ...[...taken].map((row) => rowOf(row, 'candidate')),
    ...scalars,
    ...freeLargest.filter((subject) => isNew(subject, scalars)).slice(0, controls),
    ...randomRows,
    ...largestRows.filter((subject) => isNew(subject, randomRows)).slice(0, controls),
  ];
}

function isNew(subject: Subject, others: readonly Subject[]): boolean {
  return !others.some((other) => isSame(other, subject));
}
