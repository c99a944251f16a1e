/** What stands above and below: what this is, what runs it, and a link to its state. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { OpenedFacts } from '../engine/playground-engine.ts';
import type { PageState } from './page-state.ts';
import { countInWords } from './story.ts';
import type { UpdateState } from './use-page-state.ts';

export interface PageHeaderProps {
  readonly facts: OpenedFacts | undefined;
  readonly state: PageState;
  readonly update: UpdateState;
}

export function PageHeader({ facts, state, update }: PageHeaderProps): JSX.Element {
  return (
    <header>
      <p class="eyebrow">Linchpin playground</p>
      <h1>One number in a language model</h1>
      <p class="lead">
        {facts === undefined
          ? 'A language model'
          : `${facts.model.name}, a language model of ${countInWords(facts.model.parameters)} numbers,`}{' '}
        runs in this page. Change one of its numbers, and read what it writes then.
      </p>
      <div class="row wrap tools">
        <label>
          Runs on
          <select
            value={state.device}
            onChange={(event) => update({ device: event.currentTarget.value === 'webgpu' ? 'webgpu' : 'wasm' })}
          >
            <option value="wasm">the processor</option>
            <option value="webgpu" disabled={!('gpu' in navigator)}>
              the graphics card{'gpu' in navigator ? '' : ' (not here)'}
            </option>
          </select>
        </label>
        <CopyLink />
      </div>
    </header>
  );
}

function CopyLink(): JSX.Element {
  const [told, setTold] = useState('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(location.href);
      setTold('Copied. Whoever opens the link sees what you see.');
    } catch {
      setTold('The address of this page is the link: copy it from there.');
    }
  };
  return (
    <>
      <button type="button" onClick={() => void copy()}>
        Copy a link to this state
      </button>
      <span class="quiet small" role="status">
        {told}
      </span>
    </>
  );
}

export function PageFooter({ facts }: { readonly facts: OpenedFacts | undefined }): JSX.Element {
  return (
    <footer class="small quiet">
      {facts === undefined ? null : (
        <p>
          {facts.model.name}: {facts.model.layers} layers,{' '}
          {facts.model.weights === 'int8' ? 'weights rounded to 8 bits' : 'weights as stored'}, sha256{' '}
          <code>{facts.model.sha256.slice(0, 12)}</code>; opened in {(facts.milliseconds / 1000).toFixed(1)} s,{' '}
          {facts.device === 'webgpu'
            ? 'WebGPU'
            : `WebAssembly on ${facts.threads} ${facts.threads === 1 ? 'thread' : 'threads'}`}
          .
        </p>
      )}
      <p>
        Everything is computed here; nothing that you write leaves this page. After “The Super Weight in Large Language
        Models” (arXiv 2411.07191).
      </p>
    </footer>
  );
}
