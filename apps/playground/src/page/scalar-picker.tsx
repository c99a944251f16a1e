/** Picks any scalar: from the products of a layer's largest channels, or by its coordinates. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { LayerLook, Peak } from '../engine/look-inside.ts';
import type { MatrixFacts, OpenedFacts } from '../engine/playground-engine.ts';
import type { EngineClient } from './engine-client.ts';
import type { ScalarEdit } from './page-state.ts';
import { inWords, isSamePlace, type NamedPlace, placeOf, superWeightOf } from './places.ts';
import { useValues } from './use-values.ts';

/** Rows and columns of the table. */
const shown = 6;

export interface ProductTableProps {
  readonly client: EngineClient;
  readonly facts: OpenedFacts;
  readonly layer: number;
  readonly look: LayerLook;
  readonly picked: NamedPlace;
  readonly onPick: (place: NamedPlace) => void;
}

/** What each scalar between the largest input and output channels makes of the input: weight times the input's largest value. */
export function ProductTable({ client, facts, layer, look, picked, onPick }: ProductTableProps): JSX.Element | null {
  const matrix = facts.matrices.find((each) => each.layer === layer && each.isMlpOutput);
  const [inputs, outputs] = [look.inputs.slice(0, shown), look.outputs.slice(0, shown)];
  const places = outputs.flatMap((output) =>
    inputs.map((input): NamedPlace => ({
      layer,
      name: matrix?.name ?? '',
      row: output.channel,
      column: input.channel,
    })),
  );
  const values = useValues(client, facts, places);
  if (matrix === undefined) return null;
  const products = values.map((value, index) => (value ?? 0) * inputs[index % inputs.length]!.value);
  const most = Math.max(...products.map(Math.abs), Number.MIN_VALUE);
  const known = superWeightOf(facts);
  return (
    <div>
      <p class="quiet small">
        {matrix.name} of layer {layer}: every scalar between the channels with the largest inputs (columns) and outputs
        (rows), as weight × input. The stronger the colour, the more it adds. Choose one to change it.
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Products of the largest channels">
        <table class="products">
          <thead>
            <tr>
              <th scope="col">row \ column</th>
              {inputs.map((input) => (
                <ChannelHead key={input.channel} peak={input} scope="col" />
              ))}
            </tr>
          </thead>
          <tbody>
            {outputs.map((output, row) => (
              <tr key={output.channel}>
                <ChannelHead peak={output} scope="row" />
                {inputs.map((input, column) => {
                  const index = row * inputs.length + column;
                  const place = places[index]!;
                  return (
                    <ProductCell
                      key={input.channel}
                      place={place}
                      product={values[index] === undefined ? undefined : products[index]!}
                      share={Math.abs(products[index] ?? 0) / most}
                      isPicked={isSamePlace(place, picked)}
                      isKnown={isSamePlace(place, known)}
                      onPick={onPick}
                    />
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function ChannelHead({ peak, scope }: { readonly peak: Peak; readonly scope: 'row' | 'col' }): JSX.Element {
  return (
    <th scope={scope}>
      {peak.channel}
      <span class="block quiet small">{rounded(peak.value)}</span>
    </th>
  );
}

interface ProductCellProps {
  readonly place: NamedPlace;
  readonly product: number | undefined;
  /** Of the largest product, in [0, 1]. */
  readonly share: number;
  readonly isPicked: boolean;
  readonly isKnown: boolean;
  readonly onPick: (place: NamedPlace) => void;
}

function ProductCell({ place, product, share, isPicked, isKnown, onPick }: ProductCellProps): JSX.Element {
  const name = `Row ${place.row}, column ${place.column}${isKnown ? ', the super weight' : ''}: ${rounded(product)}`;
  return (
    <td>
      <button
        type="button"
        class={isKnown ? 'known' : undefined}
        aria-pressed={isPicked}
        aria-label={name}
        style={{ '--share': `${(100 * share ** 0.35).toFixed(1)}%` }}
        onClick={() => onPick(place)}
      >
        {rounded(product)}
        {isKnown ? <span aria-hidden="true"> ★</span> : null}
      </button>
    </td>
  );
}

function rounded(value: number | undefined): string {
  if (value === undefined) return '…';
  const magnitude = Math.abs(value);
  return value.toFixed(magnitude >= 100 ? 0 : magnitude >= 1 ? 1 : 2);
}

export interface ScalarFormProps {
  readonly client: EngineClient;
  readonly facts: OpenedFacts;
  readonly picked: NamedPlace;
  readonly onPick: (place: NamedPlace) => void;
  readonly onEdit: (edit: ScalarEdit) => void;
}

export function ScalarForm({ client, facts, picked, onPick, onEdit }: ScalarFormProps): JSX.Element {
  const [kind, setKind] = useState<ScalarEdit['kind']>('factor');
  const [amount, setAmount] = useState(0);
  const [value] = useValues(client, facts, [picked]);
  const ofLayer = facts.matrices.filter(({ layer }) => layer === picked.layer);
  const matrix = ofLayer.find(({ name }) => name === picked.name);
  const isThere = placeOf(facts.matrices, picked) !== undefined;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isThere) onEdit({ ...picked, kind, amount });
  };
  return (
    <form class="scalar" onSubmit={submit} aria-label="Change a scalar">
      <div class="row wrap">
        <label>
          Matrix of layer {picked.layer}
          <select
            value={picked.name}
            onChange={(event) => onPick(clamped(ofLayer, { ...picked, name: event.currentTarget.value }))}
          >
            {ofLayer.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <NumberField
          name="Row"
          most={(matrix?.rows ?? 1) - 1}
          value={picked.row}
          onValue={(row) => onPick({ ...picked, row })}
        />
        <NumberField
          name="Column"
          most={(matrix?.columns ?? 1) - 1}
          value={picked.column}
          onValue={(column) => onPick({ ...picked, column })}
        />
        <button type="button" onClick={() => onPick(randomPlace(ofLayer, picked))}>
          Random
        </button>
      </div>
      <p class="small" role="status">
        {inWords(picked)} is <strong>{value === undefined ? '…' : Number(value.toPrecision(5))}</strong>
      </p>
      <div class="row wrap">
        <label>
          Change
          <select
            value={kind}
            onChange={(event) => setKind(event.currentTarget.value === 'value' ? 'value' : 'factor')}
          >
            <option value="factor">multiply by</option>
            <option value="value">set to</option>
          </select>
        </label>
        <label>
          Number
          <input
            type="number"
            step="any"
            required
            value={amount}
            onInput={(event) => {
              const { valueAsNumber } = event.currentTarget;
              if (Number.isFinite(valueAsNumber)) setAmount(valueAsNumber);
            }}
          />
        </label>
        <button type="submit" class="primary" disabled={!isThere}>
          Change this scalar
        </button>
      </div>
    </form>
  );
}

interface NumberFieldProps {
  readonly name: string;
  readonly most: number;
  readonly value: number;
  readonly onValue: (value: number) => void;
}

function NumberField({ name, most, value, onValue }: NumberFieldProps): JSX.Element {
  return (
    <label>
      {name} (0 to {most})
      <input
        type="number"
        min="0"
        max={most}
        step="1"
        required
        value={value}
        onInput={(event) => {
          const input = event.currentTarget;
          if (input.value !== '' && input.checkValidity()) onValue(input.valueAsNumber);
        }}
      />
    </label>
  );
}

/** The place within the matrix of its name, which may be smaller than the one before. */
export function clamped(matrices: readonly MatrixFacts[], place: NamedPlace): NamedPlace {
  const matrix = matrices.find(({ layer, name }) => layer === place.layer && name === place.name) ?? matrices[0]!;
  return {
    layer: matrix.layer,
    name: matrix.name,
    row: Math.min(place.row, matrix.rows - 1),
    column: Math.min(place.column, matrix.columns - 1),
  };
}

function randomPlace(matrices: readonly MatrixFacts[], { name }: NamedPlace): NamedPlace {
  const matrix = matrices.find((each) => each.name === name) ?? matrices[0]!;
  return { layer: matrix.layer, name: matrix.name, row: drawn(matrix.rows), column: drawn(matrix.columns) };
}

/** A whole number below `count`. */
function drawn(count: number): number {
  return Math.floor(Math.random() * count);
}
