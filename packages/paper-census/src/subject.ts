/** What is scaled: a scalar of an MLP output projection, or a whole row of it. */
import type { Intervention, Json, MlpPlace } from '@linchpin/plugin-api';

export type Unit = 'scalar' | 'row';

/** Why it was chosen: `find` names it, it was drawn, or its magnitude (of a row: its norm) is among the largest of its matrix. */
export type Group = 'candidate' | 'random' | 'largest';

export interface Subject extends MlpPlace {
  readonly unit: Unit;
  readonly group: Group;
  readonly row: number;
  /** Of a scalar. */
  readonly column?: number;
  /** |w|, or the row's Euclidean norm, and its place among all of its matrix, from 1. */
  readonly magnitude: number;
  readonly rank: number;
}

/** Subjects that are scaled by one factor together. */
export interface Ablation {
  readonly subjects: readonly Subject[];
  readonly factor: number;
}

/** `11:507:1229` of a scalar, `11:507` of a row; an expert behind its layer. */
export function nameOf({ layer, expert, row, column }: Subject): string {
  const place = expert === undefined ? `${layer}` : `${layer}.${expert}`;
  return column === undefined ? `${place}:${row}` : `${place}:${row}:${column}`;
}

export function isSame(a: Subject, b: Subject): boolean {
  return nameOf(a) === nameOf(b);
}

/** All subjects times run-time numbers, named by `parameterOf`, which are 1 where nothing is ablated. */
export function scalingSubjects(subjects: readonly Subject[]): Intervention {
  return {
    name: 'census-factors',
    version: 1,
    settings: subjects.map(nameOf),
    edit(model) {
      for (const subject of subjects) {
        const weight = model.weight(model.mlpOutput(subject));
        const factor = model.parameter(parameterOf(subject), 1);
        const { row, column } = subject;
        const columns = column === undefined ? Array.from({ length: weight.shape[1]! }, (_, at) => at) : [column];
        for (const each of columns) weight.scale(row, each, factor);
      }
    },
  };
}

/** The run-time numbers of an ablation: those of its subjects are the factor, all others 1. */
export function valuesOf({ subjects: scaled, factor }: Ablation, subjects: readonly Subject[]): Map<string, number> {
  const names = new Set(scaled.map(nameOf));
  return new Map(subjects.map((subject) => [parameterOf(subject), names.has(nameOf(subject)) ? factor : 1]));
}

/** What rows of numbers say was done. */
export function settingsOf({ subjects, factor }: Ablation): Json {
  return { factor, at: subjects.map(nameOf), units: subjects.map(({ unit }) => unit) };
}

function parameterOf(subject: Subject): string {
  return `factor:${nameOf(subject)}`;
}
