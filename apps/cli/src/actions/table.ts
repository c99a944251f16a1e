/** Computes and writes tables of papers. */
import { stdout } from 'node:process';
import type { Harness, Place, SavedExperiment } from '@linchpin/harness';
import type { SmtTable, SmtTableOptions } from '@linchpin/paper-smt';
import type { PaperTable, TableOptions } from '@linchpin/paper-super-weight';
import { jsonText, requireWritable } from '@linchpin/report';
import type { TableFlags } from '../commands/table.ts';
import { severalModels, severalTables } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { askedTable, type AskedTable, tableOptions } from '../papers.ts';
import { openOptions } from '../options.ts';
import { flagsOf, requireTaken } from '../taken-flags.ts';
import { tuningOptionsOf } from '../tuning-flags.ts';
import { withHarness } from '../with-harness.ts';

/** Writes one table after the other; every one of them is planned before the first is computed. */
export async function writeTables(names: readonly string[], flags: TableFlags, invocation: Invocation): Promise<void> {
  const chosen = names.map(askedTable);
  requireTakenBy(chosen, flags, invocation);
  if ((flags.model?.length ?? 0) > 1) requireOneModel(flags);
  if (chosen.length > 1) requireOneTable(flags);
  await requireWritable(flags.saveCalibration);
  await withHarness(flags, invocation, async (harness) => {
    const { out, csv, json } = flags;
    const planned: (() => Promise<SavedExperiment>)[] = [];
    for (const table of chosen) planned.push(await planTable(harness, table, { flags, place: { out, csv } }));
    for (const write of planned) {
      const saved = await write();
      stdout.write(json === true ? jsonText(saved.json) : saved.words);
    }
  });
}

async function planTable(
  harness: Harness,
  asked: AskedTable,
  { flags, place }: { readonly flags: TableFlags; readonly place: Place },
): Promise<() => Promise<SavedExperiment>> {
  if (asked.paper === 'smt') return await harness.plan(asked.table, smtOptionsOf(asked.table, flags), place);
  return await harness.plan(asked.table, optionsOf(asked.table, flags), place);
}

function smtOptionsOf({ takes }: SmtTable, flags: TableFlags): SmtTableOptions {
  const { model, limit, protocol, together, row: rows, set: sets } = flags;
  const { superWeights, calibration } = openOptions(flags);
  const { folder, ...tuning } = tuningOptionsOf(flags);
  const options = { limit, protocol, together, rows, sets, superWeights, calibration, ...tuning };
  return { folder, ...(model === undefined ? {} : { model }), ...takenOf(options, takes) };
}

/** Options that are given and taken. */
function takenOf<Options extends object>(options: Options, takes: readonly string[]): Partial<Options> {
  const taken = Object.entries(options).filter(([name, value]) => value !== undefined && takes.includes(name));
  return Object.fromEntries(taken) as Partial<Options>;
}

/** What flags say to a table, as far as it takes it. */
export function optionsOf({ takes }: PaperTable, flags: TableFlags): TableOptions {
  const { bos, windowBos, limit, windows, outlierFraction, quantize } = flags;
  const { superWeights, calibration } = openOptions(flags);
  const options = { bos, windowBos, limit, windows, outlierFraction, quantize, superWeights, calibration };
  return { ...(flags.model === undefined ? {} : { model: flags.model }), ...takenOf(options, takes) };
}

function requireTakenBy(tables: readonly AskedTable[], flags: TableFlags, invocation: Invocation): void {
  requireTaken(flags, invocation, {
    command: `linchpin table ${tables.map(({ name }) => name).join(' ')}`,
    known: flagsOf(tableOptions()),
    taken: flagsOf([...new Set<string>(tables.flatMap(({ table }) => [...table.takes]))]),
  });
}

/** The output of several tables would overwrite itself in one file, and is no JSON. */
function requireOneTable({ csv, json }: TableFlags): void {
  if (csv !== undefined) throw severalTables('--csv');
  if (json === true) throw severalTables('--json');
}

/** Coordinates are those of one model, and a file of scales holds one model's. */
function requireOneModel({ superWeight, saveCalibration }: TableFlags): void {
  if (superWeight !== undefined) throw severalModels('--super-weight');
  if (saveCalibration !== undefined) throw severalModels('--save-calibration');
}
