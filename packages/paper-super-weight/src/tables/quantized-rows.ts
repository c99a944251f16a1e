/** The quantized rows of Table 3 under the options that the user gives for them. */
import { type Chain, createIntervention, type Harness, type OpenedModel } from '@linchpin/harness';
import type { Json } from '@linchpin/plugin-api';
import { rowOption } from '../errors.ts';

export interface QuantizedRow {
  readonly label: string;
  readonly preset: string;
  /** Options that make the row what its label says: they reach no other one. */
  readonly own: readonly string[];
}

type Options = Readonly<Record<string, Json>>;

/** Values that would undo what a row is. */
const undoing: Options = { smoothing: null, holdOut: 'none' };

/** Every row with its own options and those that no row has for itself; throws for options that make a label false. */
export async function quantizedRows(
  rows: readonly QuantizedRow[],
  options: Options,
  { opened, harness }: { readonly opened: Pick<OpenedModel, 'facts'>; readonly harness: Harness },
): Promise<Chain[]> {
  const owners = new Map(rows.flatMap(({ label, own }) => own.map((name) => [name, label] as const)));
  for (const [name, value] of Object.entries(options)) {
    if (name === 'preset' || (owners.has(name) && value === undoing[name])) throw rowOption(name, value, owners);
  }
  return await Promise.all(
    rows.map(async ({ label, preset }): Promise<Chain> => {
      const given = Object.entries(options).filter(([name]) => (owners.get(name) ?? label) === label);
      const specification = { name: 'quantize', settings: { ...Object.fromEntries(given), preset } };
      return { label, interventions: [await createIntervention(specification, opened.facts, harness)] };
    }),
  );
}
