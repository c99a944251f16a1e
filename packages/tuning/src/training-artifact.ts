/** What a report shows of a training. */
import type { Json } from '@linchpin/plugin-api';
import type { FigureArtifact } from '@linchpin/report';
import type { TrainingOutcome } from '@linchpin/training';
import { lossFigure } from './loss-curve.ts';
import type { TrainingFacts } from './train-model.ts';

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

/** What is trained, on what, and how it is laid: a sentence each. */
export function factsInWords({
  method,
  trained,
  parameters,
  data,
  settings,
  laying,
  session,
  memoryBytes,
}: TrainingFacts): string[] {
  const { rows, examples, heldOut, cut, leftOut, maxLength, files } = data;
  const share = ((100 * trained) / parameters).toPrecision(3);
  const { steps, batchSize, accumulation, learningRate, schedule } = settings;
  const held = heldOut === 0 ? '' : `, ${count(heldOut)} held out`;
  const less = [
    ...(cut === 0 ? [] : [`${count(cut)} cut at ${maxLength} tokens`]),
    ...(leftOut === 0 ? [] : [`${count(leftOut)} left out, for nothing of the response was left`]),
  ];
  return [
    `Trained by ${method}: ${count(trained)} numbers, ${share} % of the model's ${count(parameters)}.`,
    `Data: ${files.map(({ file }) => file).join(', ')}; ${count(rows)} rows, ${count(examples)} examples of at most ` +
      `${maxLength} tokens${held}${less.length === 0 ? '' : `; ${less.join(', ')}`}.`,
    `${count(steps)} steps of ${batchSize * accumulation} examples${accumulation === 1 ? '' : ` in ${accumulation} batches`}, ` +
      `learning rate ${learningRate}, ${schedule}.`,
    `Activations ${laying.recompute ? 'computed again' : 'kept'}, head and loss in ${laying.chunks} ` +
      `${laying.chunks === 1 ? 'piece' : 'pieces'}; ${session.engine} on ${session.threads} ` +
      `${session.threads === 1 ? 'thread' : 'threads'}${memoryBytes === undefined ? '' : `, about ${count(Math.ceil(memoryBytes / 2 ** 20))} MiB`}.`,
  ];
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function nats(loss: number): string {
  return loss.toPrecision(4);
}
