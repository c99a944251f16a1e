/** What a report shows of a training. */
import type { Json } from '@linchpin/plugin-api';
import type { FigureArtifact } from '@linchpin/report';
import type { TrainingOutcome } from '@linchpin/training';
import { lossFigure } from './loss-curve.ts';
import { factsInWords, type TrainingFacts } from './training-facts.ts';

export function trainingArtifact(
  model: string,
  facts: TrainingFacts,
  { steps, evaluations, best, endedEarly, use }: TrainingOutcome & { readonly use: string },
): FigureArtifact {
  const title = `Training by ${facts.method}`;
  const { method, settings, plan, laying, session, data } = facts;
  return {
    kind: 'figure',
    model,
    title,
    settings: {
      method,
      plan,
      ...(settings as unknown as Record<string, Json>),
      data: data.files.map(({ file, sha256 }) => `${file} ${sha256}`),
      maxLength: data.maxLength,
      ...laying,
      ...session,
    },
    notes: [
      ...factsInWords(facts),
      ...(endedEarly
        ? [`It ended after ${steps.length} of ${settings.steps} steps, for the loss fell no further.`]
        : []),
      `Used by --intervention '${use}'.`,
    ],
    caption: 'Mean cross-entropy of the tokens that count in the loss, before the update of each step.',
    shows: [
      `The loss went from ${nats(steps[0]!.loss)} to ${nats(steps.at(-1)!.loss)} in ${steps.length} steps.`,
      ...(best === undefined || evaluations.length === 0
        ? []
        : [`On what is held out the best was ${nats(best.loss)}, after step ${best.step}, which is kept.`]),
    ].join(' '),
    figure: lossFigure(title, steps, evaluations),
    numbers: [],
  };
}

function nats(loss: number): string {
  return loss.toPrecision(4);
}
