/** Which parts of a model a method would train, without training them. */
import { join } from 'node:path';
import process from 'node:process';
import type { Chain, RunContext } from '@linchpin/execution';
import type { ChosenPart, Json, TrainableMatrix } from '@linchpin/plugin-api';
import {
  type HeatMapData,
  heatMapToSvg,
  makeFolder,
  type Table,
  tableToCsv,
  writeFileAtomically,
} from '@linchpin/report';
import { choosesNothing } from './errors.ts';
import type { ChosenMethod } from './methods.ts';
import type { TrainOptions } from './train-model.ts';
import { withTrainable } from './trainable-model.ts';
import { type OpenedForTraining, sessionOf, setUpTraining } from './training-setup.ts';

/** What is looked at: the first batches of the training that these would be the options of. */
export interface SelectOptions extends Pick<
  TrainOptions,
  'data' | 'limit' | 'promptStyle' | 'maxLength' | 'batchSize' | 'accumulation' | 'seed' | 'recompute' | 'available'
> {}

/** What was chosen, and as tables and a drawing. */
export interface Selection {
  /** Options of the method with everything filled in. */
  readonly settings: Json;
  readonly remarks: readonly string[];
  /** One row a part, as the method orders them. */
  readonly parts: Table;
  /** One row a layer and projection: how much of what was chosen lies there, and how much of it was chosen. */
  readonly shares: Table;
  /** The share of what was chosen that lies in each projection of each layer (Figure 4 of arXiv 2405.15525). */
  readonly map: HeatMapData;
}

/** Throws for methods that choose no parts of matrices. */
export async function selectParts(
  opened: OpenedForTraining,
  method: ChosenMethod,
  { chain, context, ...options }: SelectOptions & { readonly chain: Chain; readonly context: RunContext },
): Promise<Selection> {
  const { data, settings, batch, chunks } = await setUpTraining(opened, options, context);
  const { recompute, available = process.availableMemory() } = options;
  const session = sessionOf(opened, context, { recompute, available });
  return await withTrainable(
    { checkpoint: opened, chain, context, session, batch, chunks, recompute, available },
    { examples: data.examples, settings },
    async (model) => {
      const plan = await method.plan(model);
      if (plan.chosen === undefined) throw choosesNothing(method.name);
      const { parts, outOf } = plan.chosen;
      const matrices = model.matrices.filter(({ name }) => outOf.has(name));
      const places = placesOf(matrices, { parts, outOf });
      return {
        settings: plan.settings,
        remarks: plan.remarks ?? [],
        parts: partsTable(parts, matrices),
        shares: sharesTable(places),
        map: heatMap(places, `What ${method.name} chooses of ${opened.name}`),
      };
    },
  );
}

/** Writes what was chosen, what part of it lies where, and the same as a picture; gives back the files. */
export async function saveSelection({ parts, shares, map }: Selection, out: string): Promise<string[]> {
  await makeFolder(out);
  const contents: readonly (readonly [string, string])[] = [
    ['selected.csv', tableToCsv(parts)],
    ['layers.csv', tableToCsv(shares)],
    ['layers.svg', await heatMapToSvg(map)],
  ];
  for (const [name, content] of contents) await writeFileAtomically(join(out, name), content);
  return contents.map(([name]) => join(out, name));
}

/** A projection of a layer; experts of a mixture share one. */
interface Place {
  readonly layer: number;
  readonly projection: string;
  readonly chosen: number;
  /** Of everything that was chosen. */
  readonly share: number;
  readonly outOf: number;
}

function placesOf(
  matrices: readonly TrainableMatrix[],
  { parts, outOf }: { readonly parts: readonly ChosenPart[]; readonly outOf: ReadonlyMap<string, number> },
): Place[] {
  const counts = new Map([...Map.groupBy(parts, ({ name }) => name)].map(([name, those]) => [name, those.length]));
  return [...Map.groupBy(matrices, (matrix) => `${matrix.layer} ${projectionOf(matrix)}`).values()].map((those) => {
    const total = (count: (name: string) => number): number => those.reduce((sum, { name }) => sum + count(name), 0);
    const chosen = total((name) => counts.get(name) ?? 0);
    const { layer } = those[0]!;
    const share = chosen / parts.length;
    return { layer, projection: projectionOf(those[0]!), chosen, share, outOf: total((name) => outOf.get(name)!) };
  });
}

function partsTable(parts: readonly ChosenPart[], matrices: readonly TrainableMatrix[]): Table {
  const byName = new Map(matrices.map((matrix) => [matrix.name, matrix]));
  return {
    columns: ['module', 'layer', 'projection', 'block_row', 'block_column', 'rows', 'columns', 'score'],
    rows: parts.map(({ name, place: { row, column, rows, columns }, score }) => {
      const matrix = byName.get(name)!;
      return [matrix.module, matrix.layer, projectionOf(matrix), row / rows, column / columns, rows, columns, score];
    }),
  };
}

function sharesTable(places: readonly Place[]): Table {
  return {
    columns: ['layer', 'projection', 'chosen', 'share_of_chosen', 'out_of', 'share_of_matrix'],
    rows: places.map(({ layer, projection, chosen, share, outOf }) => [
      layer,
      projection,
      chosen,
      share,
      outOf,
      chosen / outOf,
    ]),
  };
}

function heatMap(places: readonly Place[], title: string): HeatMapData {
  const columns = [...new Set(places.map(({ projection }) => projection))];
  const layers = [...new Set(places.map(({ layer }) => layer))].toSorted((a, b) => a - b);
  const byPlace = new Map(places.map((place) => [`${place.layer} ${place.projection}`, place]));
  return {
    title,
    rowLabel: 'layer',
    rows: layers.map(String),
    columns,
    values: layers.map((layer) => columns.map((column) => byPlace.get(`${layer} ${column}`)?.share ?? null)),
  };
}

/** `q_proj` of `model.layers.2.self_attn.q_proj`. */
function projectionOf({ module }: TrainableMatrix): string {
  return module.slice(module.lastIndexOf('.') + 1);
}
