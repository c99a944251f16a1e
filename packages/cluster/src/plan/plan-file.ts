/** A plan and what lies beside it: `plan.json` has its work in `plan.work`, and what it had to compute in `plan.prepared.work.gz`. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeFileAtomically } from '@linchpin/report';
import { type Carried, openRunStore } from '@linchpin/run-store';
import { planNotRead } from '../errors.ts';
import { writeWorkFile } from '../work/exchange.ts';
import type { MadePlan } from './make-plan.ts';
import { type Plan, planFromText, planToText } from './plan.ts';

export function readPlan(file: string): Plan {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw planNotRead(file, cause);
  }
  return planFromText(text, file);
}

/** `store` is the folder of the store with which the plan was made. */
export async function writePlan(file: string, { plan, preparations }: MadePlan, store: string): Promise<void> {
  if (preparations.length > 0) writePreparations(preparationsOf(file), { plan, preparations }, store);
  await writeFileAtomically(file, planToText(plan));
}

/** What was computed to make the plan is carried beside it: another machine may get other digits. */
function writePreparations(file: string, { plan, preparations }: MadePlan, folder: string): void {
  const store = openRunStore(folder);
  try {
    const carried = function* (): Generator<Carried, void, void> {
      for (const key of preparations) {
        const batch = store.carried.get(key);
        if (batch !== undefined) yield { kind: 'batch', batch };
      }
    };
    writeWorkFile(file, plan.id, carried());
  } finally {
    store.close();
  }
}

export function workFolderOf(file: string): string {
  return `${beside(file)}.work`;
}

export function preparationsOf(file: string): string {
  return `${beside(file)}.prepared.work.gz`;
}

/** The path of a plan without its ending. */
export function beside(file: string): string {
  return resolve(file).replace(/\.json$/, '');
}
