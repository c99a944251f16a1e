/** Texts that a model has written under several interventions, side by side. */
import type { Continuation, GeneratedPrompt, GenerationArtifact } from '../artifact.ts';
import { formatInterventions } from './format-value.ts';
import { html, type Html } from './html.ts';
import { notes } from './notes.ts';

export function generationSection(artifact: GenerationArtifact): Html {
  return html`${artifact.prompts.map(promptOf)}${notes(artifact)}`;
}

function promptOf({ prompt, continuations }: GeneratedPrompt): Html {
  return html`<div class="generation">
    <p class="prompt"><span class="quiet">Prompt</span> ${prompt}</p>
    <div class="continuations">${continuations.map((each) => continuationOf(prompt, each))}</div>
  </div>`;
}

function continuationOf(prompt: string, { label, interventions, text }: Continuation): Html {
  const applied = formatInterventions(interventions);
  return html`<article>
    <h3>${label}</h3>
    <p class="text"><span class="quiet">${prompt}</span><mark>${text}</mark></p>
    ${
      applied.length === 0
        ? undefined
        : html`<details>
            <summary>Interventions</summary>
            <ol>
              ${applied.map((each) => html`<li><code>${each}</code></li>`)}
            </ol>
          </details>`
    }
  </article>`;
}
