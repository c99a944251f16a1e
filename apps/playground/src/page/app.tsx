/** The page: a story, what is changed, and what comes of it. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { OpenedFacts } from '../engine/playground-engine.ts';
import { AttentionPanel } from './attention-panel.tsx';
import { ChangePanel } from './change-panel.tsx';
import type { EngineClient } from './engine-client.ts';
import { LayerCharts, largestScalar } from './inside-panel.tsx';
import { Loading } from './loading.tsx';
import { LossPanel } from './loss-panel.tsx';
import { NextTokensPanel } from './next-tokens-panel.tsx';
import type { PageState } from './page-state.ts';
import { isSamePlace, type NamedPlace, superWeightOf, withEdit } from './places.ts';
import { clamped, ProductTable, ScalarForm } from './scalar-picker.tsx';
import { PageFooter, PageHeader } from './page-frame.tsx';
import { storyOf } from './story.ts';
import { StoryPanel } from './story-panel.tsx';
import { TextsPanel } from './texts-panel.tsx';
import { useLossCurve } from './use-loss-curve.ts';
import { useModel } from './use-model.ts';
import { type UpdateState, usePageState } from './use-page-state.ts';
import { type Results, useResults } from './use-results.ts';

export function App(): JSX.Element {
  const [state, update] = usePageState();
  const { client, facts, progress, failure } = useModel(state.device);
  return (
    <>
      <a class="skip" href="#texts-title">
        Skip to the texts
      </a>
      <PageHeader facts={facts} state={state} update={update} />
      <main>
        {client === undefined || facts === undefined ? (
          <Loading progress={progress} failure={failure} />
        ) : (
          <Playground client={client} facts={facts} state={state} update={update} />
        )}
      </main>
      <PageFooter facts={facts} />
    </>
  );
}

interface PlaygroundProps {
  readonly client: EngineClient;
  readonly facts: OpenedFacts;
  readonly state: PageState;
  readonly update: UpdateState;
}

function Playground({ client, facts, state, update }: PlaygroundProps): JSX.Element {
  const steps = storyOf(facts);
  // A link without a prompt begins with the story.
  useEffect(() => {
    if (state.prompt !== '') return;
    const weight = superWeightOf(facts);
    const first = steps[state.step ?? 0]?.state ?? { prompt: facts.texts.prompts[0] ?? '' };
    update({ ...first, layer: weight?.layer ?? 0, ...(state.edits.length > 0 ? { edits: state.edits } : {}) });
  }, []);
  const hook = useResults(client, facts, state);
  const { results } = hook;
  const isIdle = results.losses !== undefined && !results.isWriting;
  const points = useLossCurve(client, facts, isIdle);
  return (
    <>
      {steps.length === 0 ? null : (
        <StoryPanel
          steps={steps}
          step={state.step}
          onStep={(step) => update(step === undefined ? { step } : { step, ...steps[step]!.state })}
        />
      )}
      <div class="columns">
        <div class="stack">
          <ChangePanel client={client} facts={facts} state={state} update={update} />
          <LossPanel
            losses={results.losses}
            points={points}
            factor={factorOf(facts, state)}
            measured={facts.texts.measured}
          />
        </div>
        <div class="stack">
          <TextsPanel {...hook} texts={facts.texts} state={state} update={update} />
          <NextTokensPanel next={results.looks === undefined ? [] : results.looks.next} />
        </div>
      </div>
      <Inside client={client} facts={facts} state={state} update={update} looks={results.looks} />
      {results.looks === undefined ? null : <AttentionPanel looks={results.looks} />}
    </>
  );
}

/** Of the super weight; undefined where it is set to a value. */
function factorOf(facts: OpenedFacts, { edits }: PageState): number | undefined {
  const weight = superWeightOf(facts);
  const edit = edits.find((each) => isSamePlace(each, weight));
  if (weight === undefined || edit?.kind === 'value') return undefined;
  return edit?.amount ?? 1;
}

interface InsideProps extends PlaygroundProps {
  readonly looks: Results['looks'] | undefined;
}

function Inside({ client, facts, state, update, looks }: InsideProps): JSX.Element {
  const layer = Math.min(state.layer, facts.model.layers - 1);
  const [place, setPlace] = useState<NamedPlace | undefined>(superWeightOf(facts));
  const ofLayer = facts.matrices.filter((each) => each.layer === layer);
  const usual = ofLayer.find(({ isMlpOutput }) => isMlpOutput) ?? ofLayer[0]!;
  const picked = clamped(ofLayer, place?.layer === layer ? place : { layer, name: usual.name, row: 0, column: 0 });
  return (
    <section class="card inside" aria-labelledby="inside-title">
      <h2 id="inside-title">Inside the model</h2>
      <p class="quiet small">
        The largest value in each layer while the model reads your text; <span class="key original" /> original,{' '}
        <span class="key changed" /> changed. Choose a layer in a chart to pick the scalar between its largest input and
        output.
      </p>
      {looks === undefined ? null : (
        <LayerCharts
          looks={looks}
          layer={layer}
          onLayer={(chosen) => {
            setPlace(largestScalar(facts.matrices, looks, chosen));
            update({ layer: chosen });
          }}
        />
      )}
      <div class="pick">
        {looks === undefined ? null : (
          <ProductTable
            client={client}
            facts={facts}
            layer={layer}
            look={looks.original[layer]!}
            picked={picked}
            onPick={setPlace}
          />
        )}
        <div>
          <h3>Change any scalar</h3>
          <label class="field">
            Layer
            <select value={layer} onChange={(event) => update({ layer: Number(event.currentTarget.value) })}>
              {Array.from({ length: facts.model.layers }, (_, index) => (
                <option key={index} value={index}>
                  {index}
                </option>
              ))}
            </select>
          </label>
          <ScalarForm
            client={client}
            facts={facts}
            picked={picked}
            onPick={setPlace}
            onEdit={(edit) => update({ edits: withEdit(state.edits, edit), step: undefined })}
          />
        </div>
      </div>
    </section>
  );
}
