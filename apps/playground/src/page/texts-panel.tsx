/** The prompt, and both texts beside each other as they are written. */
import type { JSX } from 'preact';
import type { ManifestTexts } from '@linchpin/playground';
import type { Side } from '../engine/write-beside.ts';
import { type PageState, tokenBounds } from './page-state.ts';
import type { UpdateState } from './use-page-state.ts';
import type { ResultsHook, WrittenSide } from './use-results.ts';

export interface TextsPanelProps extends ResultsHook {
  readonly texts: ManifestTexts;
  readonly state: PageState;
  readonly update: UpdateState;
}

export function TextsPanel({ texts, state, update, results, stop, again }: TextsPanelProps): JSX.Element {
  const { prompt } = state;
  const { written, isWriting, failure } = results;
  const isSame = !isWriting && written.original.tokens > 0 && written.original.text === written.changed.text;
  return (
    <section class="card texts" aria-labelledby="texts-title">
      <h2 id="texts-title">What it writes</h2>
      <label class="field" for="prompt">
        Beginning of the text
      </label>
      <textarea
        id="prompt"
        rows={2}
        value={prompt}
        onInput={(event) => update({ prompt: event.currentTarget.value })}
      />
      <p class="row wrap prompts">
        <span class="quiet small">Or take:</span>
        {texts.prompts.map((text) => (
          <button type="button" class="chip" key={text} onClick={() => update({ prompt: text })}>
            {shortened(text)}
          </button>
        ))}
      </p>
      <Decoding state={state} update={update} />
      <p class="row">
        <button type="button" class="primary" onClick={isWriting ? stop : again}>
          {isWriting ? 'Stop' : 'Write again'}
        </button>
        <span class="quiet small" role="status">
          {isWriting ? 'Writing …' : isSame ? 'Both texts are equal.' : ''}
        </span>
      </p>
      {failure === undefined ? null : (
        <p class="failure" role="alert">
          {failure}
        </p>
      )}
      <div class="beside">
        <Written side="original" title="Original" prompt={prompt} written={written.original} />
        <Written side="changed" title="Changed" prompt={prompt} written={written.changed} />
      </div>
    </section>
  );
}

function shortened(text: string): string {
  return text.length <= 34 ? text : `${text.slice(0, 32).trimEnd()} …`;
}

function Decoding({ state, update }: Pick<TextsPanelProps, 'state' | 'update'>): JSX.Element {
  const { tokens, temperature, seed } = state;
  const [least, most] = tokenBounds;
  return (
    <details class="decoding">
      <summary>
        {tokens} tokens,{' '}
        {temperature === 0 ? 'the likeliest each time' : `drawn at temperature ${temperature}, seed ${seed}`}
      </summary>
      <div class="row wrap">
        <label>
          Tokens
          <input
            type="number"
            min={least}
            max={most}
            step="1"
            value={tokens}
            onChange={(event) => takeNumber(event, (value) => update({ tokens: value }))}
          />
        </label>
        <label>
          Next token
          <select
            value={temperature === 0 ? 'greedy' : 'drawn'}
            onChange={(event) => update({ temperature: event.currentTarget.value === 'greedy' ? 0 : 0.8 })}
          >
            <option value="greedy">the likeliest</option>
            <option value="drawn">drawn at random</option>
          </select>
        </label>
        {temperature === 0 ? null : (
          <>
            <label>
              Temperature
              <input
                type="number"
                min="0.05"
                max="5"
                step="0.05"
                value={temperature}
                onChange={(event) => takeNumber(event, (value) => update({ temperature: value }))}
              />
            </label>
            <label>
              Seed
              <input
                type="number"
                min="0"
                max={2 ** 31}
                step="1"
                value={seed}
                onChange={(event) => takeNumber(event, (value) => update({ seed: value }))}
              />
            </label>
          </>
        )}
      </div>
    </details>
  );
}

/** Gives what a field holds on, where it may hold it. */
function takeNumber({ currentTarget }: JSX.TargetedEvent<HTMLInputElement>, set: (value: number) => void): void {
  const { valueAsNumber } = currentTarget;
  if (currentTarget.checkValidity() && Number.isFinite(valueAsNumber)) set(valueAsNumber);
}

interface WrittenProps {
  readonly side: Side;
  readonly title: string;
  readonly prompt: string;
  readonly written: WrittenSide;
}

const ends = {
  end: 'The model ended the text.',
  tokens: '',
  context: 'The text is as long as the model can read.',
  broken: 'Nothing finite is left of what this model computes: it cannot write.',
} as const;

function Written({ side, title, prompt, written }: WrittenProps): JSX.Element {
  const { text, end, tokens, firstToken, millisecondsPerToken } = written;
  return (
    <section class={`written ${side}`} aria-label={`${title} text`}>
      <h3>{title}</h3>
      <p class="text">
        <span class="quiet">{prompt}</span>
        <span class="own">{text}</span>
      </p>
      <p class="quiet small">
        {end === undefined ? '' : `${ends[end]} `}
        {tokens === 0 ? '' : `${tokens} tokens`}
        {firstToken === undefined ? '' : ` · first after ${Math.round(firstToken)} ms`}
        {millisecondsPerToken === undefined
          ? ''
          : ` · ${millisecondsPerToken.toFixed(millisecondsPerToken < 10 ? 1 : 0)} ms a token`}
      </p>
    </section>
  );
}
