/** What is found in models beside what is printed about them. */
import { type Finding, limitInWords, noneInWords } from '@linchpin/detection';
import type { OpenedModel } from '@linchpin/harness';
import { findKnownSuperWeights, fitsKnown, mlpOutput, weightInWords } from '@linchpin/models';
import { formatSuperWeight, type SuperWeight } from '@linchpin/plugin-api';
import type { Cell, DirectoryModel, Table } from '@linchpin/report';

/** A model that has been searched. */
export interface SearchedEntry {
  readonly opened: OpenedModel;
  readonly modelSha256: string;
  readonly finding: Finding;
}

/** Coordinates that someone names, and who. */
interface NamedWeights {
  readonly by: 'paper' | 'card';
  readonly weights: readonly SuperWeight[];
}

export const directoryColumns: readonly string[] = [
  'Model',
  'No.',
  'Type',
  'Weight',
  'Value',
  'Input',
  'Output',
  'Effect',
  'Effect of others',
  'Found',
  'Named by',
];

/** A row a weight, found ones first; a model without any has one row. */
export function directoryTable(entries: readonly SearchedEntry[]): Table {
  const decimals = new Map([
    ['Value', 4],
    ['Input', 2],
    ['Output', 2],
    ['Effect', 4],
    ['Effect of others', 4],
  ]);
  return {
    columns: directoryColumns.map((header) => {
      const digits = decimals.get(header);
      return digits === undefined ? header : { header, decimals: digits };
    }),
    rows: entries.flatMap(rowsOf),
  };
}

function rowsOf(entry: SearchedEntry): Cell[][] {
  const { opened, finding } = entry;
  const named = namedWeights(opened);
  const isNamed = (weight: SuperWeight): boolean => named?.weights.some((other) => isSame(other, weight)) === true;
  const row = (weight: SuperWeight, found: Cell[], by: Cell): Cell[] => {
    const type = mlpOutput(opened, weight)
      .slice(opened.family.layerModule(opened.config, weight.layer).length + 1)
      .replace(/\.weight$/, '');
    return [opened.name, weight.layer, type, `[${weight.row}, ${weight.column}]`, ...found, by];
  };
  const found = finding.superWeights.map((weight) => {
    const { value, input, output, effect, controlEffects } = weight;
    return row(
      weight,
      [value, input, output, effect, mostOf(controlEffects), 'yes'],
      isNamed(weight) ? named!.by : 'nobody',
    );
  });
  const missing = (named?.weights ?? [])
    .filter((weight) => !finding.superWeights.some((other) => isSame(other, weight)))
    .map((weight) => row(weight, [...measuredCells(finding, weight), 'no'], named!.by));
  const rows = [...found, ...missing];
  return rows.length > 0 ? rows : [[opened.name, ...Array<null>(8).fill(null), 'none', 'nobody']];
}

/** A candidate that was not confirmed has figures too. */
function measuredCells({ confirmation }: Finding, weight: SuperWeight): Cell[] {
  const candidate = confirmation.candidates.find((other) => isSame(other, weight));
  if (candidate === undefined) return Array<null>(5).fill(null);
  const { value, input, output, effect, controlEffects } = candidate;
  return [value, input, output, effect, mostOf(controlEffects)];
}

/** The entry of a report. */
export function directoryModel({ opened, modelSha256, finding }: SearchedEntry): DirectoryModel {
  const named = namedWeights(opened);
  const note = noteOf(finding, opened, named);
  return {
    model: opened.name,
    modelSha256,
    found: finding.superWeights.map((weight) => ({
      layer: weight.layer,
      ...(weight.expert === undefined ? {} : { expert: weight.expert }),
      row: weight.row,
      column: weight.column,
      tensor: mlpOutput(opened, weight),
      value: weight.value,
      input: weight.input,
      output: weight.output,
      effect: weight.effect,
      effectOfOthers: mostOf(weight.controlEffects),
    })),
    ...(named?.by === 'paper' ? { published: named.weights } : {}),
    ...(note === undefined ? {} : { note }),
  };
}

function noteOf(finding: Finding, opened: OpenedModel, named: NamedWeights | undefined): string | undefined {
  if (finding.superWeights.length === 0) return noneInWords(finding, opened);
  if (named?.by !== 'card') return undefined;
  const planted = opened.card?.built === 'planted' ? ', put there on purpose' : '';
  return `The model's card names ${named.weights.map(formatSuperWeight).join(', ')}${planted}.`;
}

/** One sentence on every model: whether what is found and what is printed agree. */
export function agreementInWords({ opened, finding }: SearchedEntry): string {
  const named = namedWeights(opened);
  const found = finding.superWeights;
  const names = found.map((weight) => weightInWords(opened, weight)).join(', ');
  const doubts = [...limitInWords(finding), ...finding.notes].map((note) => ` ${note}`).join('');
  const head = `${found.length === 0 ? noneInWords(finding, opened) : `${opened.name}: found ${names}.`}${doubts}`;
  if (named === undefined) return `${head} No coordinates are published for it.`;
  const agreeing = named.weights.filter((weight) => found.some((other) => isSame(other, weight))).length;
  const source = named.by === 'paper' ? 'The paper' : 'The card';
  const verdict =
    agreeing === named.weights.length && agreeing === found.length
      ? 'the same'
      : `${agreeing} of them found, and ${found.length - agreeing} that it does not name`;
  return `${head} ${source} names ${named.weights.map(formatSuperWeight).join(', ')}: ${verdict}.`;
}

/** Printed coordinates of a model of the paper; else those of the model's card; undefined where there are none. */
function namedWeights({ hubId, card, config }: OpenedModel): NamedWeights | undefined {
  const known = hubId === undefined ? undefined : findKnownSuperWeights(hubId);
  if (known !== undefined && fitsKnown(known, config)) return { by: 'paper', weights: known.weights };
  return card !== undefined && card.superWeights.length > 0 ? { by: 'card', weights: card.superWeights } : undefined;
}

function mostOf(effects: readonly number[]): number {
  return effects.reduce((most, effect) => (Math.abs(effect) > Math.abs(most) ? effect : most), 0);
}

function isSame(a: SuperWeight, b: SuperWeight): boolean {
  return formatSuperWeight(a) === formatSuperWeight(b);
}
