/** Writes an edited model for other programs. */
import { stdout } from 'node:process';
import { exportInWords, exportModel, findExportFormat } from '@linchpin/exporting';
import { jsonText } from '@linchpin/report';
import type { ExportFlags } from '../commands/export.ts';
import type { Invocation } from '../invocation.ts';
import { given, openOptions, requireUsed } from '../options.ts';
import { withHarness } from '../with-harness.ts';

export async function exportForOthers(flags: ExportFlags, invocation: Invocation): Promise<void> {
  const format = findExportFormat(flags.format);
  const { dtype, ...opening } = flags;
  const { out, block, holdOut, context } = flags;
  const settings = given({ dtypes: dtype?.split(','), block, holdOut, context, force: flags.force });
  await withHarness(opening, invocation, async (harness) => {
    const model = await harness.open(flags.model, openOptions(flags));
    const interventions = await harness.chain(model, flags.intervention ?? []);
    const superWeights = interventions.uses.superWeights || format.usesSuperWeights(settings);
    requireUsed([{ ...interventions, uses: { ...interventions.uses, superWeights } }], flags);
    const exported = await exportModel(harness, model, { format, out, interventions, ...settings });
    stdout.write(flags.json === true ? jsonText(exported) : exportInWords(exported));
  });
}
