/** The loop of a training: steps of the optimizer, evaluations, and states from which it goes on to the same bits. */
import { trainingSaveSeconds } from '@linchpin/defaults';
import type { GradientExecutor, Json } from '@linchpin/plugin-api';
import { AdamW } from './adamw.ts';
import { noExamples, notFinite } from './errors.ts';
import { batchesOf, DataOrder, targetsOf, type TrainingExample } from './examples.ts';
import { addGradients, clipFactor, gradientNorm } from './gradient-arithmetic.ts';
import { learningRateAt } from './schedule.ts';
import { checkSettings, type TrainingSettings } from './settings.ts';
import { pack, type TrainedValues, unpack } from './trained-values.ts';
import type { StateFolder } from './training-state.ts';

/** One step, numbered from 1. Nothing here depends on time. */
export interface StepRecord {
  readonly step: number;
  /** Mean over the targets of the step, in nats, before its update. */
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Tokens that counted in the loss. */
  readonly targets: number;
  /** Tokens of the sequences, those without a part in the loss included. */
  readonly tokens: number;
}

/** The loss on what is held out, after so many steps. */
export interface EvaluationRecord {
  readonly step: number;
  readonly loss: number;
}

export interface Training {
  readonly executor: Pick<GradientExecutor, 'run'>;
  /** One for each trained tensor of the executor, in their order; what the training leaves behind is in them. */
  readonly trained: readonly TrainedValues[];
  readonly examples: readonly TrainingExample[];
  readonly settings: TrainingSettings;
  /** Mean loss of what is held out at the present values, in nats; needed where the settings evaluate. */
  readonly evaluate?: () => Promise<number>;
  /** Where the training can be broken off; nowhere when absent. */
  readonly states?: StateFolder;
  /** Seconds after which a state is saved; 300 when absent. Whenever it is, the numbers are the same. */
  readonly saveEvery?: number;
  readonly signal?: AbortSignal;
  readonly observer?: TrainingObserver;
}

export interface TrainingObserver {
  onResumed?(step: number): void;
  onStep?(record: StepRecord): void;
  onEvaluation?(record: EvaluationRecord, isBest: boolean): void;
  onRemark?(text: string): void;
}

export interface TrainingOutcome {
  readonly steps: readonly StepRecord[];
  readonly evaluations: readonly EvaluationRecord[];
  /** The evaluation whose values are kept; absent where nothing was evaluated. */
  readonly best?: EvaluationRecord;
  /** Whether it ended before its last step, because the loss did not fall any more. */
  readonly endedEarly: boolean;
}

/** A loss so many times the first one is worth a word. */
const diverged = 3;

/** Trains to the end, or to where the evaluations say; aborted, it saves its state and throws the reason. */
export async function train(training: Training): Promise<TrainingOutcome> {
  checkSettings(training.settings);
  if (training.examples.length === 0) throw noExamples();
  const run = new TrainingRun(training);
  await run.resume();
  return await run.toTheEnd();
}

class TrainingRun {
  readonly #training: Training;
  readonly #optimizer: AdamW;
  readonly #order: DataOrder;
  #steps: StepRecord[] = [];
  #evaluations: EvaluationRecord[] = [];
  #best: { readonly record: EvaluationRecord; readonly values: readonly Float32Array[] } | undefined;
  #savedAt = Date.now();
  /** Steps and evaluations in the newest state on disk. */
  #savedProgress: number | undefined;
  #hasWarned = false;

  constructor(training: Training) {
    const { trained, settings, examples } = training;
    this.#training = training;
    this.#optimizer = new AdamW(trained, settings);
    this.#order = new DataOrder(examples.length, settings);
  }

  async resume(): Promise<void> {
    const saved = await this.#training.states?.load();
    if (saved === undefined) return;
    const progress = saved.progress as unknown as Progress;
    this.#steps = [...progress.steps];
    this.#evaluations = [...progress.evaluations];
    this.#optimizer.steps = progress.steps.length;
    this.#savedProgress = progress.steps.length + progress.evaluations.length;
    this.#training.trained.forEach((each, index) => {
      const { first, second } = this.#optimizer.moments[index]!;
      unpack(each, saved.tensors.get(`values:${each.name}`)!);
      first.set(saved.tensors.get(`first:${each.name}`)!);
      second.set(saved.tensors.get(`second:${each.name}`)!);
    });
    if (progress.best !== null)
      this.#best = {
        record: progress.best,
        values: this.#training.trained.map(({ name }) => saved.tensors.get(`best:${name}`)!),
      };
    this.#training.observer?.onResumed?.(this.#steps.length);
  }

  async toTheEnd(): Promise<TrainingOutcome> {
    const { settings, saveEvery = trainingSaveSeconds } = this.#training;
    for (;;) {
      await this.#stopIfAborted();
      if (this.#isDueToEvaluate()) await this.#evaluate();
      if (this.#steps.length >= settings.steps || this.#hasConverged()) break;
      if (Date.now() - this.#savedAt > 1000 * saveEvery) await this.#save();
      await this.#step();
    }
    const endedEarly = this.#steps.length < settings.steps;
    // What is kept may be another state than the last.
    await this.#save();
    if (this.#best !== undefined)
      this.#training.trained.forEach((each, index) => unpack(each, this.#best!.values[index]!));
    const best = this.#best === undefined ? {} : { best: this.#best.record };
    return { steps: this.#steps, evaluations: this.#evaluations, ...best, endedEarly };
  }

  async #stopIfAborted(): Promise<void> {
    const { signal } = this.#training;
    if (signal?.aborted !== true) return;
    await this.#save();
    signal.throwIfAborted();
  }

  /**
   * Saves at once when the training is aborted during work that changes nothing of its state: whoever aborts may not wait for
   * the end of a batch that takes minutes.
   */
  async #watched<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.#training;
    let saving: Promise<void> | undefined;
    const save = (): void => {
      saving = this.#save();
      // Told below, once the work has ended.
      saving.catch(() => {});
    };
    signal?.addEventListener('abort', save, { once: true });
    try {
      return await work();
    } finally {
      signal?.removeEventListener('abort', save);
      await saving;
    }
  }

  async #step(): Promise<void> {
    const { examples, settings, observer } = this.#training;
    const done = this.#steps.length;
    const indices = this.#order.examplesOf(done);
    const chosen = Array.from(indices, (index) => examples[index]!);
    const { loss, gradients } = await this.#gradients(chosen, indices);
    const norm = gradientNorm(gradients);
    if (!Number.isFinite(norm)) await this.#stopAt('a gradient', indices);
    const learningRate = learningRateAt(done, settings);
    this.#optimizer.update(gradients, { learningRate, factor: clipFactor(norm, settings.clip ?? undefined) });
    const targets = chosen.reduce((sum, example) => sum + targetsOf(example), 0);
    const tokens = chosen.reduce((sum, { ids }) => sum + ids.length, 0);
    const record = { step: done + 1, loss, gradientNorm: norm, learningRate, targets, tokens };
    this.#steps.push(record);
    this.#warnOf(record);
    observer?.onStep?.(record);
  }

  async #gradients(
    examples: readonly TrainingExample[],
    indices: Int32Array,
  ): Promise<{ loss: number; gradients: readonly Float32Array[] }> {
    const { executor, trained, settings } = this.#training;
    const values = trained.map((each) => each.values);
    let loss = 0;
    let sums: readonly Float32Array[] | undefined;
    for (const batch of batchesOf(examples, settings.batchSize)) {
      await this.#stopIfAborted();
      const part = await this.#watched(() => executor.run(batch, values));
      loss += part.loss;
      if (!Number.isFinite(loss)) await this.#stopAt('a loss', indices);
      if (sums === undefined) sums = part.gradients;
      else addGradients(sums, part.gradients);
    }
    return { loss, gradients: sums! };
  }

  /** The values are those before the step. */
  async #stopAt(what: string, examples: Int32Array): Promise<never> {
    await this.#save();
    throw notFinite(what, this.#steps.length + 1, [...examples]);
  }

  #warnOf({ step, loss }: StepRecord): void {
    const first = this.#steps[0]!.loss;
    if (this.#hasWarned || loss <= diverged * first) return;
    this.#hasWarned = true;
    this.#training.observer?.onRemark?.(
      `warning: the loss of step ${step}, ${loss.toFixed(3)}, is more than ${diverged} times that of the first, ${first.toFixed(3)}: the learning rate may be too large`,
    );
  }

  /**
   * Asked before every step, and not only behind one: an evaluation that was broken off is made when the training goes on. What
   * there is before the first step counts, too: a training that only makes it worse leaves it as it was.
   */
  #isDueToEvaluate(): boolean {
    const { evaluateEvery, steps } = this.#training.settings;
    const done = this.#steps.length;
    if (this.#evaluations.at(-1)?.step === done) return false;
    return evaluateEvery !== null && (done % evaluateEvery === 0 || done === steps);
  }

  async #evaluate(): Promise<void> {
    const { evaluate, trained, observer } = this.#training;
    if (evaluate === undefined) return;
    const loss = await this.#watched(evaluate).catch(async (error: unknown) => {
      await this.#stopIfAborted();
      throw error;
    });
    const record = { step: this.#steps.length, loss };
    const isBest = Number.isFinite(record.loss) && record.loss < (this.#best?.record.loss ?? Infinity);
    this.#evaluations.push(record);
    if (isBest) this.#best = { record, values: trained.map(pack) };
    observer?.onEvaluation?.(record, isBest);
  }

  #hasConverged(): boolean {
    const { patience } = this.#training.settings;
    if (patience === null || this.#best === undefined) return false;
    return this.#evaluations.filter(({ step }) => step > this.#best!.record.step).length >= patience;
  }

  async #save(): Promise<void> {
    const { states, trained } = this.#training;
    this.#savedAt = Date.now();
    const step = this.#steps.length;
    const progressMade = step + this.#evaluations.length;
    if (states === undefined || progressMade === this.#savedProgress) return;
    const best = this.#best?.record ?? null;
    const progress: Progress = { steps: this.#steps, evaluations: this.#evaluations, best };
    const tensors = new Map<string, Float32Array>();
    trained.forEach((each, index) => {
      const { first, second } = this.#optimizer.moments[index]!;
      tensors.set(`values:${each.name}`, pack(each));
      tensors.set(`first:${each.name}`, first);
      tensors.set(`second:${each.name}`, second);
      if (this.#best !== undefined) tensors.set(`best:${each.name}`, this.#best.values[index]!);
    });
    await states.save(step, { progress: progress as unknown as Json, tensors });
    this.#savedProgress = progressMade;
  }
}

interface Progress {
  readonly steps: readonly StepRecord[];
  readonly evaluations: readonly EvaluationRecord[];
  readonly best: EvaluationRecord | null;
}
