/** Writes a model as interventions leave it, for other programs, as a folder that appears whole or not at all. */
import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import type { Chain } from '@linchpin/execution';
import { writeWholeFolder } from '@linchpin/files';
import { codeVersion, type Harness, type InterventionSpecification, type OpenedModel } from '@linchpin/harness';
import { targetHoldsSource, unknownName } from './errors.ts';
import type { Exported, ExportFormat, ExportSettings } from './export-format.ts';
import { exportFormats } from './generated/formats.ts';
import { type ExportedFile, writeCard } from './model-card.ts';

/** Throws for a name that no format has. */
export function findExportFormat(name: string): ExportFormat {
  const format = exportFormats.find((each) => each.name === name);
  if (format === undefined)
    throw unknownName(
      'format',
      name,
      exportFormats.map((each) => each.name),
    );
  return format;
}

export interface ExportOptions extends ExportSettings {
  /** The name of a format, or one that is not among those of this package. */
  readonly format: string | ExportFormat;
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
  { format: given, out, force = false, interventions = [], ...options }: ExportOptions,
): Promise<ExportedModel> {
  const format = typeof given === 'string' ? findExportFormat(given) : given;
  for (const dtype of options.dtypes ?? [])
    if (!format.dtypes.includes(dtype)) throw unknownName('dtype', dtype, format.dtypes);
  format.check(options);
  const chain = 'label' in interventions ? interventions : await harness.chain(model, interventions);
  const { signal } = harness.context;
  const replaced = {
    inWords: 'one of a model, with a config.json, which is told to be replaced (--force)',
    has: async (names: readonly string[], place: string) =>
      force && names.includes('config.json') && (await isElsewhere(place, model.checkpoint.directory)),
  };
  return await writeWholeFolder({ out, replaced, signal }, async (folder) => {
    const exported = await format.write({ harness, model, chain, folder, options });
    const files = await writeCard(folder, { model, exported, code: await codeVersion() });
    return { ...exported, out, files };
  });
}

/** Throws where a folder that is to be replaced holds what is exported. */
async function isElsewhere(place: string, source: string): Promise<true> {
  const within = relative(await realpath(place), await realpath(source));
  const isOutside = within === '..' || within.startsWith(`..${sep}`) || isAbsolute(within);
  if (!isOutside) throw targetHoldsSource(place, source);
  return true;
}

/** What was written, for whoever asked. */
export function exportInWords({ out, files, notes }: ExportedModel): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return [`Model: ${out}, ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB.`, ...notes.map(plain), ''].join('\n');
}

/** Without the marks of Markdown. */
function plain(note: string): string {
  return note.replaceAll('`', '');
}
