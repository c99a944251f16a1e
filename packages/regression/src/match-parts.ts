/**
 * Which part of a run is which part of another: by model, label and task, and by the interventions where several fit. Runs
 * that have no such part in common, such as one with and one without an intervention, are matched by what they were asked.
 */
import type { RecordedPart, RecordedRun, ResultRow } from '@linchpin/plugin-api';
import type { PartName } from './comparison.ts';
import { nothingInCommon } from './errors.ts';

export interface MatchedParts {
  readonly matched: readonly { readonly before: RecordedPart; readonly after: RecordedPart }[];
  readonly missing: readonly PartName[];
  readonly added: readonly PartName[];
}

type Key = (row: ResultRow) => string;

const nameKey = ({ model, label, task }: PartName): string => JSON.stringify([model, label, task]);
const exactKey: Key = (row) =>
  JSON.stringify([nameKey(row), row.interventions.map(({ name, settings }) => [name, settings])]);
const modelKey: Key = ({ model, task }) => JSON.stringify([model, task]);
const taskKey: Key = ({ task }) => task;

/** Parts without a number are left out; equal parts of one run are matched in their order. */
export function matchParts(before: readonly RecordedPart[], after: readonly RecordedPart[]): MatchedParts {
  const left = after.filter(hasRows);
  const taken = new Map<RecordedPart, RecordedPart>();
  const parts = before.filter(hasRows);
  // Equal interventions first, so that a part whose settings changed takes no other's place.
  for (const key of [exactKey, nameKey]) {
    for (const part of parts.filter((candidate) => !taken.has(candidate))) {
      const index = left.findIndex((candidate) => key(rowOf(candidate)) === key(rowOf(part)));
      if (index >= 0) taken.set(part, left.splice(index, 1)[0]!);
    }
  }
  for (const key of taken.size === 0 ? [modelKey, taskKey] : []) {
    for (const [name, sole] of soleParts(parts, key)) {
      const other = soleParts(left, key).get(name);
      if (other !== undefined && !taken.has(sole)) taken.set(sole, left.splice(left.indexOf(other), 1)[0]!);
    }
  }
  return {
    matched: parts.flatMap((part) => {
      const other = taken.get(part);
      return other === undefined ? [] : [{ before: part, after: other }];
    }),
    missing: parts.filter((part) => !taken.has(part)).map(nameOf),
    added: left.map(nameOf),
  };
}

/** Throws where a baseline has nothing of what is planned: hours of work would end without a verdict. */
export function requireOverlap({ id, parts }: RecordedRun, planned: readonly PartName[]): void {
  const names = new Set(planned.map(nameKey));
  if (!parts.filter(hasRows).some((part) => names.has(nameKey(rowOf(part))))) {
    throw nothingInCommon(id, 'what is planned');
  }
}

/** The parts that are the only ones of their key. */
function soleParts(parts: readonly RecordedPart[], key: Key): ReadonlyMap<string, RecordedPart> {
  const groups = Map.groupBy(parts, (part) => key(rowOf(part)));
  return new Map([...groups].flatMap(([name, group]) => (group.length === 1 ? [[name, group[0]!] as const] : [])));
}

function hasRows({ rows }: RecordedPart): boolean {
  return rows.length > 0;
}

/** The first row of a part: what all of its rows have in common is read there. */
export function rowOf({ rows }: RecordedPart): ResultRow {
  return rows[0]!;
}

export function nameOf(part: RecordedPart): PartName {
  const { model, label, task } = rowOf(part);
  return { model, label, task };
}
