/** The rows of Table 3, with SmoothQuant at a searched alpha beside the paper's where that is asked for, and what they did. */
import { isLinchpinError } from '@linchpin/errors';
import type { Chain, OpenedModel } from '@linchpin/harness';
import type { Json } from '@linchpin/plugin-api';
import type { QuantizedRow } from './quantized-rows.ts';

export const w8a8Labels = { float: 'FP', naive: 'Naive W8A8', smoothed: 'SmoothQuant', ours: 'Ours' } as const;

const searchedLabel = 'SmoothQuant, searched';

/** A search leaves the row of the paper's alpha as it is, and makes one more. */
export function w8a8Rows({ smoothing }: Readonly<Record<string, Json>>): readonly QuantizedRow[] {
  const isSearch =
    typeof smoothing === 'object' && smoothing !== null && 'alpha' in smoothing && smoothing.alpha === 'search';
  const smoothed = { label: w8a8Labels.smoothed, preset: 'paper-smoothquant' };
  return [
    { label: w8a8Labels.naive, preset: 'paper-naive', own: [] },
    { ...smoothed, own: isSearch ? [] : ['smoothing'] },
    ...(isSearch ? [{ ...smoothed, label: searchedLabel, own: ['smoothing'] }] : []),
    { label: w8a8Labels.ours, preset: 'paper-ours', own: ['holdOut', 'heldOut'] },
  ];
}

/** Which alpha was found, and among which; nothing where none was searched. */
export function searchedInWords(chains: readonly Chain[]): string[] {
  const settings = settingsOf(chains, searchedLabel);
  const search = settings?.['alphaSearch'] as { readonly grid: number[]; readonly samples: number } | undefined;
  if (search === undefined) return [];
  const { grid, samples } = search;
  const isEnd = settings!['smoothing'] === grid[0] || settings!['smoothing'] === grid.at(-1);
  return [
    ` ${searchedLabel}: alpha ${JSON.stringify(settings!['smoothing'])} of ${grid.join(', ')} has the least loss on ${samples}`,
    ` ${samples === 1 ? 'sample' : 'samples'} of the calibration text${isEnd ? '; it is an end of the grid' : ''}.`,
  ];
}

/** How many activations were held out, where the model is known to have several super activations. */
export function heldOutInWords(chains: readonly Chain[], opened: OpenedModel): string[] {
  const channels = superActivations(opened);
  const settings = settingsOf(chains, w8a8Labels.ours);
  if (channels.length < 2 || settings === undefined) return [];
  const { heldOut, holdOut } = settings;
  const inputs = holdOut === 'all' ? 'every input' : 'every input of an MLP output projection';
  const how = Array.isArray(heldOut)
    ? `${heldOut.length} given ${heldOut.length === 1 ? 'activation' : 'activations'}`
    : `one activation of ${inputs}, the largest of each sequence`;
  return [
    ` ${w8a8Labels.ours} held out ${how}, and ${opened.name} has ${channels.length} super activations`,
    ` (${channels.join(', ')}): what was not held out was quantized with the rest.`,
  ];
}

function settingsOf(chains: readonly Chain[], label: string): Readonly<Record<string, Json>> | undefined {
  const settings = chains.find((chain) => chain.label === label)?.interventions[0]?.settings;
  return settings as Readonly<Record<string, Json>> | undefined;
}

/** A super weight makes one in its output channel; several of one row make it together. Empty where none are known. */
function superActivations({ facts }: Pick<OpenedModel, 'facts'>): string[] {
  try {
    const places = facts.superWeights().map(({ layer, row }) => `channel ${row} of layer ${layer}`);
    return [...new Set(places)];
  } catch (error) {
    if (isLinchpinError(error)) return [];
    throw error;
  }
}
