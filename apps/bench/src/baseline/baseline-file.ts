/** The committed ratios, by set-up: checkpoint and items. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { requireWritable, writeFileAtomically } from '@linchpin/report';
import { noBaseline, unreadableFile } from '../errors.ts';
import type { Ratios } from './ratios.ts';

export interface Baseline {
  /** Where it was measured: ratios of 8 bits depend on what the processor can do. */
  readonly processor: string;
  readonly ratios: Ratios;
}

type Baselines = Readonly<Record<string, Baseline>>;

const file = fileURLToPath(new URL('../../baseline.json', import.meta.url));

async function readBaselines(): Promise<Baselines> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Baselines;
  } catch (cause) {
    throw unreadableFile(file, cause);
  }
}

/** Throws where nothing was committed for the set-up. */
export async function readBaseline(setUp: string): Promise<Baseline> {
  const baselines = await readBaselines();
  const baseline = baselines[setUp];
  if (baseline === undefined) throw noBaseline(setUp, Object.keys(baselines));
  return baseline;
}

/** Throws where the baselines could not be written at the end. */
export async function requireWritableBaselines(): Promise<void> {
  await readBaselines();
  await requireWritable(file);
}

/** Replaces what was committed for the set-up; three digits are kept. */
export async function writeBaseline(setUp: string, { processor, ratios }: Baseline): Promise<void> {
  const rounded = Object.fromEntries(
    Object.entries(ratios).map(([name, value]) => [name, Number(value.toPrecision(3))]),
  );
  const baselines = { ...(await readBaselines()), [setUp]: { processor, ratios: rounded } };
  await writeFileAtomically(file, `${JSON.stringify(baselines, null, 2)}\n`);
}
