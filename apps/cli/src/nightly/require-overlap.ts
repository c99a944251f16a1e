import type { RecordedRun } from '@linchpin/plugin-api';
import { nothingInCommon } from '../compare/errors.ts';
import type { PlannedModel } from './run-matrix.ts';

/** Throws where a baseline has nothing of what is planned: a night's work would end without a verdict. */
export function requireOverlap(baseline: RecordedRun, models: readonly PlannedModel[]): void {
  const planned = new Set(models.flatMap(namesOf));
  const isPlanned = baseline.parts.some(({ rows: [row] }) => row !== undefined && planned.has(nameOf(row)));
  if (!isPlanned) throw nothingInCommon(baseline.id, 'what is planned');
}

function namesOf({ opened, chains, tasks, corpora }: PlannedModel): string[] {
  const data = [...tasks.map(({ task }) => task.name), ...corpora.map(({ name }) => name)];
  return chains.flatMap(({ label }) => data.map((task) => nameOf({ model: opened.name, label, task })));
}

function nameOf({
  model,
  label,
  task,
}: {
  readonly model: string;
  readonly label: string;
  readonly task: string;
}): string {
  return JSON.stringify([model, label, task]);
}
