/** Shows which parts of a model a method would train. */
import { stdout } from 'node:process';
import { type HeatMapData, jsonText, makeFolder, renderTable, type Table } from '@linchpin/report';
import { saveSelection } from '@linchpin/tuning';
import type { SelectFlags } from '../commands/select.ts';
import type { Invocation } from '../invocation.ts';
import { given, openOptions, requireUsed } from '../options.ts';
import { withHarness } from '../with-harness.ts';

export async function select(flags: SelectFlags, invocation: Invocation): Promise<void> {
  const { data, method, out, limit, maxLength, promptStyle, batchSize, seed } = flags;
  await makeFolder(out);
  await withHarness(flags, invocation, async (harness) => {
    const model = await harness.open(flags.model, openOptions(flags));
    const chain = await harness.chain(model, flags.intervention ?? []);
    requireUsed([chain], flags);
    const reading = given({ limit, maxLength, promptStyle, batchSize, seed });
    const selection = await harness.select(model, { ...reading, data, method, interventions: chain });
    const files = await saveSelection(selection, out);
    const { settings, remarks, shares, map } = selection;
    if (flags.json === true) stdout.write(jsonText({ model: model.name, settings, shares, files }));
    else
      stdout.write(
        [
          renderTable(percentages(map)),
          'Percent of all that is chosen.',
          ...remarks,
          `Written: ${files.join(', ')}`,
          '',
        ].join('\n'),
      );
  });
}

/** Layers by projections. */
function percentages({ rowLabel, rows, columns, values }: HeatMapData): Table {
  return {
    columns: [rowLabel, ...columns.map((header) => ({ header, decimals: 1 }))],
    rows: rows.map((row, index) => [row, ...values[index]!.map((value) => (value === null ? null : 100 * value))]),
  };
}
