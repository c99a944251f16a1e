/** Spikes layer by layer, as a table. */
import type { Cell, Column, Table } from '@linchpin/report';
import { type CandidateRule, scalarOf } from './candidate-rule.ts';
import type { Finding } from './find-super-weights.ts';
import type { LayerSpikes } from './layer-spikes.ts';

const columns: readonly (string | Column)[] = [
  'Layer',
  { header: 'Input', decimals: 3 },
  'Token',
  'Channel',
  { header: 'Output', decimals: 3 },
  'Token',
  'Channel',
  'From column',
  { header: 'Weight', decimals: 4 },
  { header: 'Explained', decimals: 3 },
];

/** The profile of the unedited model. */
export function profileTable({ rounds, rule }: Finding): Table {
  return { columns, rows: rounds[0]!.profile.map((spikes) => cellsOf(spikes, rule)) };
}

/** The profiles of all rounds, with the exact numbers and names that no other column has. */
export function roundsTable({ rounds, rule }: Finding): Table {
  return {
    columns: [
      'round',
      'layer',
      'input',
      'input_token',
      'input_channel',
      'output',
      'output_token',
      'output_channel',
      'column',
      'weight',
      'explained',
    ],
    rows: rounds.flatMap(({ profile }, round) => profile.map((spikes) => [round, ...cellsOf(spikes, rule)])),
  };
}

function cellsOf(spikes: LayerSpikes, rule: CandidateRule): Cell[] {
  const { layer, expert, input, output } = spikes;
  const { column, weight, explained } = scalarOf(spikes, rule);
  return [
    expert === undefined ? layer : `${layer}.${expert}`,
    input.value,
    input.token,
    input.channel,
    output.value,
    output.token,
    output.channel,
    column,
    weight,
    explained,
  ];
}
