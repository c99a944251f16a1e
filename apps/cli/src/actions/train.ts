/** Trains a model, and says what it is, how it goes, and how the result is used. */
import { stdout } from 'node:process';
import { jsonText, requireWritable, tableToCsv, writeFileAtomically } from '@linchpin/report';
import { trainingProgress } from '@linchpin/terminal';
import { factsInWords, lossTable, type TrainedModel } from '@linchpin/tuning';
import type { TrainFlags } from '../commands/train.ts';
import type { Invocation } from '../invocation.ts';
import { given, openOptions, requireUsed } from '../options.ts';
import { withHarness } from '../with-harness.ts';

export async function train(flags: TrainFlags, invocation: Invocation): Promise<void> {
  await requireWritable(flags.csv);
  const { fresh, ...others } = flags;
  await withHarness(others, invocation, async (harness) => {
    const model = await harness.open(flags.model, openOptions(flags));
    const chain = await harness.chain(model, flags.intervention ?? []);
    requireUsed([chain], flags);
    const { reporter, signal } = harness.context;
    const progress = trainingProgress({ quiet: flags.quiet, signal });
    try {
      const trained = await harness.train(model, {
        ...settingsOf(flags),
        data: flags.data,
        method: flags.method,
        out: flags.out,
        interventions: chain,
        ...given({ fresh }),
        observer: {
          ...progress.observer,
          onRemark: (text) => progress.say(text),
          onPlan(facts) {
            for (const line of factsInWords(facts)) reporter.remark(line);
            progress.begin(facts.settings.steps);
          },
        },
      });
      if (flags.csv !== undefined) await writeFileAtomically(flags.csv, tableToCsv(lossTable(trained.steps)));
      stdout.write(flags.json === true ? jsonText(recordOf(trained)) : inWords(trained, flags));
    } finally {
      progress.end();
    }
  });
}

function settingsOf(flags: TrainFlags) {
  const { validation, limit, epochs, steps, batchSize, accumulate, learningRate, schedule, warmUp } = flags;
  const { beta1, beta2, weightDecay, clip, seed, maxLength, promptStyle, evaluateEvery, patience } = flags;
  const { saveEvery, recompute } = flags;
  const course = { epochs, steps, batchSize, accumulation: accumulate, learningRate, schedule, warmUpSteps: warmUp };
  const optimizer = { beta1, beta2, weightDecay, clip: clip === 'none' ? null : clip, seed };
  return given({
    ...course,
    ...optimizer,
    heldOut: typeof validation === 'string' ? [validation] : validation,
    limit,
    maxLength,
    promptStyle,
    evaluateEvery,
    patience,
    saveEvery,
    recompute,
  });
}

function recordOf({ steps, intervention, ...trained }: TrainedModel): unknown {
  return { intervention, ...trained, steps: steps.length, lastLoss: steps.at(-1)?.loss };
}

function inWords(
  { facts, steps, best, endedEarly, isRemembered, intervention }: TrainedModel,
  flags: TrainFlags,
): string {
  const [first, last] = [steps[0]!.loss, steps.at(-1)!.loss];
  const flag = `--intervention '${intervention.name}:${JSON.stringify(intervention.settings)}'`;
  const before = (flags.intervention ?? []).length === 0 ? '' : ', behind the interventions of this command';
  return [
    ...(isRemembered ? [`${flags.out} holds the result of this training already; nothing was computed.`] : []),
    ...(isRemembered ? factsInWords(facts) : []),
    `Loss ${first.toPrecision(4)} at the first step, ${last.toPrecision(4)} at the last, after ${steps.length} of ${facts.settings.steps}` +
      `${endedEarly ? ': it fell no further' : ''}.`,
    ...(best === undefined
      ? []
      : [`Kept: step ${best.step}, with the loss ${best.loss.toPrecision(4)} on what is held out.`]),
    `Result: ${flags.out}. To use it${before}:`,
    `  ${flag}`,
    '',
  ].join('\n');
}
