/** The story, step by step; each one sets the page. */
import type { JSX } from 'preact';
import type { StoryStep } from './story.ts';

export interface StoryPanelProps {
  readonly steps: readonly StoryStep[];
  readonly step: number | undefined;
  readonly onStep: (step: number | undefined) => void;
}

export function StoryPanel({ steps, step, onStep }: StoryPanelProps): JSX.Element {
  const current = step === undefined ? undefined : steps[step];
  return (
    <section class="card story" aria-labelledby="story-title">
      <h2 id="story-title" class="hidden">
        The story
      </h2>
      <nav aria-label="Steps of the story">
        <ol class="steps">
          {steps.map(({ title }, index) => (
            <li key={title}>
              <button type="button" aria-current={index === step ? 'step' : undefined} onClick={() => onStep(index)}>
                <span class="number">{index + 1}</span>
                <span class="name">{title}</span>
              </button>
            </li>
          ))}
        </ol>
      </nav>
      {current === undefined || step === undefined ? (
        <p class="told">You are on your own now: change any number, or go back to a step of the story.</p>
      ) : (
        <div class="told">
          <h3>
            {step + 1}. {current.title}
          </h3>
          {current.text.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
          <p class="look">{current.look}</p>
          <p class="row">
            <button type="button" disabled={step === 0} onClick={() => onStep(step - 1)}>
              Back
            </button>
            <button
              type="button"
              class="primary"
              onClick={() => onStep(step + 1 < steps.length ? step + 1 : undefined)}
            >
              {step + 1 < steps.length ? `Next: ${steps[step + 1]!.title}` : 'Now play freely'}
            </button>
          </p>
        </div>
      )}
    </section>
  );
}
