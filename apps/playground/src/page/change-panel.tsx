/** What is changed: a slider for the super weight, all changed scalars, and the switch of +SA. */
import type { JSX } from 'preact';
import type { OpenedFacts } from '../engine/playground-engine.ts';
import type { PageState, ScalarEdit } from './page-state.ts';
import { inWords, isSamePlace, placeOf, superWeightOf, withEdit } from './places.ts';
import { useValues } from './use-values.ts';
import type { UpdateState } from './use-page-state.ts';
import type { EngineClient } from './engine-client.ts';

export interface ChangePanelProps {
  readonly client: EngineClient;
  readonly facts: OpenedFacts;
  readonly state: PageState;
  readonly update: UpdateState;
}

export function ChangePanel({ client, facts, state, update }: ChangePanelProps): JSX.Element {
  const { edits, unreadEdits, restores } = state;
  const values = useValues(client, facts, edits);
  const isRestorable = edits.some(({ layer, name }) =>
    facts.matrices.some((matrix) => matrix.isMlpOutput && matrix.layer === layer && matrix.name === name),
  );
  return (
    <section class="card change" aria-labelledby="change-title">
      <h2 id="change-title">What is changed</h2>
      <SuperWeightSlider facts={facts} edits={edits} update={update} />
      {edits.length === 0 ? (
        <p class="quiet">Nothing yet: both sides are the same model.</p>
      ) : (
        <ul class="edits">
          {edits.map((edit, index) => (
            <EditItem
              key={inWords(edit)}
              edit={edit}
              isThere={placeOf(facts.matrices, edit) !== undefined}
              value={values[index]}
              onAmount={(amount) => update({ edits: edits.with(index, { ...edit, amount }), step: undefined })}
              onRemove={() => update({ edits: edits.toSpliced(index, 1), step: undefined })}
            />
          ))}
        </ul>
      )}
      {unreadEdits.map((text) => (
        <p key={text} class="failure" role="alert">
          The link asks for the change “{text}”, which cannot be read and is left out. A change is written as in
          1.mlp.down_proj:100:300*0.5, or =0.5.
        </p>
      ))}
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          checked={restores}
          onChange={(event) => update({ restores: event.currentTarget.checked, step: undefined })}
        />
        <span>
          Put the super activation back <abbr title="super activation">(+SA)</abbr>
        </span>
      </label>
      {restores && !isRestorable ? (
        <p class="quiet">+SA acts on changes of the matrix that writes an MLP’s output; there is none now.</p>
      ) : null}
    </section>
  );
}

type SliderProps = Pick<ChangePanelProps, 'facts' | 'update'> & Pick<PageState, 'edits'>;

function SuperWeightSlider({ facts, edits, update }: SliderProps): JSX.Element {
  const weight = superWeightOf(facts);
  if (weight === undefined)
    return (
      <p class="quiet small">
        No super weight of this model is known: there is no story to tell, and no slider. Pick any scalar further below.
      </p>
    );
  const edit = edits.find((each) => isSamePlace(each, weight));
  const factor = edit === undefined ? 1 : edit.kind === 'factor' ? edit.amount : Number.NaN;
  const set = (amount: number): void => {
    const others = edits.filter((each) => !isSamePlace(each, weight));
    update({ edits: amount === 1 ? others : withEdit(edits, { ...weight, kind: 'factor', amount }), step: undefined });
  };
  return (
    <div class="slider">
      <label for="factor">
        Super weight <strong>× {Number.isNaN(factor) ? '…' : factor.toFixed(2)}</strong>
      </label>
      <input
        id="factor"
        type="range"
        min="0"
        max="3"
        step="0.05"
        list="factors"
        value={Number.isNaN(factor) ? 1 : factor}
        aria-describedby="factor-note"
        onInput={(event) => set(Number(event.currentTarget.value))}
      />
      <datalist id="factors">
        {[0, 1, 2, 3].map((value) => (
          <option key={value} value={value} label={String(value)} />
        ))}
      </datalist>
      <p id="factor-note" class="quiet small">
        {inWords(weight)}. 0 takes it away, 1 leaves it as it is.
      </p>
    </div>
  );
}

interface EditItemProps {
  readonly edit: ScalarEdit;
  /** Whether the model has such a scalar: a link may be of another one. */
  readonly isThere: boolean;
  /** The scalar as the model has it. */
  readonly value: number | undefined;
  readonly onAmount: (amount: number) => void;
  readonly onRemove: () => void;
}

function EditItem({ edit, isThere, value, onAmount, onRemove }: EditItemProps): JSX.Element {
  const { kind, amount } = edit;
  const name = inWords(edit);
  const becomes = kind === 'value' ? amount : value === undefined ? undefined : value * amount;
  return (
    <li>
      <span class="place">{name}</span>
      <span class="quiet small">
        {isThere
          ? `${shortNumber(value)} → ${shortNumber(becomes)}`
          : 'This model has no such scalar: nothing is changed.'}
      </span>
      <span class="row">
        <label>
          <span class="hidden">{kind === 'factor' ? `Factor of ${name}` : `Value of ${name}`}</span>
          <span aria-hidden="true">{kind === 'factor' ? '×' : '='}</span>
          <input
            type="number"
            step="any"
            value={amount}
            onChange={(event) => {
              const next = event.currentTarget.valueAsNumber;
              if (Number.isFinite(next)) onAmount(next);
            }}
          />
        </label>
        <button type="button" aria-label={`Undo the change of ${name}`} onClick={onRemove}>
          Undo
        </button>
      </span>
    </li>
  );
}

function shortNumber(value: number | undefined): string {
  if (value === undefined) return '…';
  return value === 0 ? '0' : String(Number(value.toPrecision(4)));
}
