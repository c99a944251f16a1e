/** Writes a model as interventions leave it, for other programs, as a folder that appears whole or not at all. */
import type { Chain } from '@linchpin/execution';
import { codeVersion, type Harness, type InterventionSpecification, type OpenedModel } from '@linchpin/harness';
import { unknownDType } from './errors.ts';
import type { Exported, ExportFormat, ExportSettings } from './export-format.ts';
import { onnx } from './formats/onnx.ts';
import { safetensors } from './formats/safetensors.ts';
import { type ExportedFile, writeCard } from './model-card.ts';
import { writeWholeFolder } from './whole-folder.ts';

/** In the order in which help lists them. */
export const exportFormats: readonly ExportFormat[] = [safetensors, onnx];

export interface ExportOptions extends ExportSettings {
  readonly format: ExportFormat;
  /** Folder that is not there yet, or is empty. */
  readonly out: string;
  /** Whether a model that stands there is replaced; not when absent. */
  readonly force?: boolean;
  readonly interventions?: readonly InterventionSpecification[] | Chain;
}

export interface ExportedModel extends Exported {
  readonly out: string;
  readonly files: readonly ExportedFile[];
}

/** Throws, before anything is written, for what the format cannot hold. */
export async function exportModel(
  harness: Harness,
  model: OpenedModel,
  { format, out, force = false, interventions = [], ...options }: ExportOptions,
): Promise<ExportedModel> {
  for (const dtype of options.dtypes ?? [])
    if (!format.dtypes.includes(dtype)) throw unknownDType(format.name, dtype, format.dtypes);
  format.check(options);
  const chain = 'label' in interventions ? interventions : await harness.chain(model, interventions);
  const place = { out, force, source: model.checkpoint.directory, signal: harness.context.signal };
  return await writeWholeFolder(place, async (folder) => {
    const exported = await format.write({ harness, model, chain, folder, options });
    const files = await writeCard(folder, { model, exported, code: await codeVersion() });
    return { ...exported, out, files };
  });
}
