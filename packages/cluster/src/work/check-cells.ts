/** Whether this machine would compute what the plan says: asked of every cell of a share before a token of it is computed. */
import type { DividedModel } from '@linchpin/execution';
import { differsFromPlan } from '../errors.ts';
import type { FoundCell } from '../plan/dry-run.ts';
import { cellInWords, type Plan, type PlanCell } from '../plan/plan.ts';

/** The content of a model, to the last byte. */
export async function checkModel({ models }: Pick<Plan, 'models'>, index: number, model: DividedModel): Promise<void> {
  const { name, sha256 } = models[index]!;
  const found = await model.checkpoint.contentHash();
  if (found !== sha256) throw differsFromPlan(`model ${name}`, `content with the sha256 ${found}`, `sha256 ${sha256}`);
}

/** What a dry run on this machine has found: cells by their parts, under this version of the program. */
export interface FoundCells {
  readonly cells: ReadonlyMap<number, FoundCell>;
  readonly version: string;
}

/** Data, machine and batches; of a whole experiment, whose batches nobody knows before, the version instead of them. */
export function checkCell(plan: Plan, index: number, { cells, version }: FoundCells): void {
  const cell = plan.cells[index]!;
  const what = cellInWords(plan, cell);
  const own = cells.get(cell.part);
  if (own === undefined || own.label !== cell.label || own.task !== cell.task) {
    const there = own === undefined ? 'no such part' : `${own.label} · ${own.task} in its place`;
    throw differsFromPlan(what, there, `the command ${plan.command.join(' ')} in linchpin ${plan.machine.version}`);
  }
  checkMachine(plan, own, what);
  if (cell.unit === 'whole') {
    if (version === plan.machine.version) return;
    throw differsFromPlan(what, `linchpin ${version}`, `linchpin ${plan.machine.version}`);
  }
  checkData(plan, cell, own);
  if (own.digest !== cell.digest || own.units !== cell.units) {
    throw differsFromPlan(what, batches(own), `${batches(cell)}, under linchpin ${plan.machine.version}`);
  }
}

function checkData({ data }: Plan, cell: PlanCell, { rows: [row] }: FoundCell): void {
  const expected = cell.data === null ? undefined : data[cell.data];
  if (expected === undefined || row === undefined || row.datasetSha256 === expected.sha256) return;
  throw differsFromPlan(
    `data ${expected.name}`,
    `content with the sha256 ${row.datasetSha256}`,
    `sha256 ${expected.sha256}`,
  );
}

function checkMachine({ machine }: Plan, { session: { engine, threads } = {} }: FoundCell, what: string): void {
  if (engine !== undefined && engine !== machine.engine) throw differsFromPlan(what, engine, machine.engine);
  if (threads !== undefined && threads !== machine.threads) {
    throw differsFromPlan(what, `${threads} threads, all that this machine grants`, `${machine.threads} threads`);
  }
}

function batches({ digest, batches: count, tokens }: Pick<PlanCell, 'digest' | 'batches' | 'tokens'>): string {
  return `${count} batches of ${tokens} tokens (${digest})`;
}
