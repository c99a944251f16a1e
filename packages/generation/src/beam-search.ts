/**
 * Beam search as `generate` of transformers 5.23.0 does it (`GenerationMixin._beam_search`), for one prompt: at each step the
 * best continuations of all beams are taken, those that end go into a list of as many hypotheses as there are beams, and the
 * best others go on. Scores are float32 there and here; the penalty of repetition is applied to log-probabilities. Among equal
 * scores, which torch orders as its kernels happen to, the beam that stands first and then the lower id come first.
 */
import type { BranchingModel, Growth, TokenBranches } from '@linchpin/plugin-api';
import type { StopReason } from './generate.ts';
import { settingOutOfRange } from './errors.ts';
import { checkRepetitionPenalty, penalized } from './repetition-penalty.ts';
import { logSumExp } from './softmax.ts';
import type { TextSearch } from './text-search.ts';

export interface BeamOptions {
  /** How many; 1 is greedy. */
  readonly beams: number;
  /** Of ids that the prompt or the text already holds; 1, which changes nothing, when absent. */
  readonly repetitionPenalty?: number;
  /** Scores are divided by the number of written tokens to this power; 1 when absent. */
  readonly lengthPenalty?: number;
  /**
   * When a search ends that has as many hypotheses as beams: at once (true), when the best beam would be no better if it
   * ended now (false, when absent), or when it could not become better (`never`).
   */
  readonly earlyStopping?: boolean | 'never';
}

export interface SearchLimits {
  /** Most tokens that are written. */
  readonly maxTokens: number;
  /** Ids that end a text; none when absent. */
  readonly endIds?: readonly number[];
}

/** A text that a search has written. */
export interface Hypothesis {
  /** What follows the prompt, the id that ends it included. */
  readonly ids: readonly number[];
  /** Log-probabilities, under penalties, summed and divided by the length to the power of its penalty. */
  readonly score: number;
}

interface Beam extends Hypothesis {
  /** The ids of prompt and text. */
  readonly held: ReadonlySet<number>;
}

interface Candidate {
  readonly beam: number;
  readonly id: number;
  readonly score: number;
  readonly isEnd: boolean;
}

interface Finished extends Hypothesis {
  readonly isEnd: boolean;
}

/** Beams that are not there yet, and hypotheses that may not be taken, are below all others by this. */
const out = -1e9;

/** Throws for settings outside their ranges. */
export function checkBeams({ beams, repetitionPenalty = 1, lengthPenalty = 1 }: BeamOptions): void {
  if (!(Number.isInteger(beams) && beams >= 1)) throw settingOutOfRange('beams', beams, 'a whole number of at least 1');
  if (!Number.isFinite(lengthPenalty)) throw settingOutOfRange('length-penalty', lengthPenalty, 'a number');
  checkRepetitionPenalty(repetitionPenalty);
}

/** The search behind one prompt, step by step: whoever runs it feeds the model. */
export class BeamSearch implements TextSearch {
  readonly #options: Required<BeamOptions>;
  readonly #endIds: ReadonlySet<number>;
  /** Most tokens that are written: also no more than fit into the context, the last of which need not be fed. */
  readonly #most: number;
  readonly #isContext: boolean;
  readonly #branches: TokenBranches;
  #next: Growth['next'];
  #running: readonly Beam[];
  #finished: Finished[] = [];
  #mayImprove = true;
  #isDone = false;
  #steps = 0;
  #nextLogits: Float32Array = new Float32Array();

  constructor(
    model: Pick<BranchingModel, 'beginBranches' | 'contextLength'>,
    prompt: readonly number[],
    options: BeamOptions & SearchLimits,
  ) {
    checkBeams(options);
    const { beams, repetitionPenalty = 1, lengthPenalty = 1, earlyStopping = false, maxTokens, endIds = [] } = options;
    this.#options = { beams, repetitionPenalty, lengthPenalty, earlyStopping };
    this.#endIds = new Set(endIds);
    const room = model.contextLength - prompt.length + 1;
    this.#most = Math.min(maxTokens, room);
    this.#isContext = room < maxTokens;
    this.#branches = model.beginBranches();
    this.#next = [{ from: 0, ids: prompt }];
    const first: Beam = { ids: [], score: 0, held: new Set(prompt) };
    this.#running = Array.from({ length: beams }, (_, beam) => (beam === 0 ? first : { ...first, score: out }));
  }

  growth(): Growth | undefined {
    return this.#isDone || this.#most < 1 ? undefined : { branches: this.#branches, next: this.#next };
  }

  take(logits: readonly Float32Array[]): void {
    if (this.#steps === 0) this.#nextLogits = logits[0]!;
    const written = ++this.#steps;
    const isLast = written >= this.#most;
    // The first step has one row of logits: all beams are the prompt.
    const candidates = this.#candidates(this.#running.map((_, beam) => logits[beam] ?? logits[0]!));
    const stops = ({ isEnd }: Candidate): boolean => isEnd || isLast;
    const beamOf = ({ beam, id, score }: Candidate): Beam => {
      const { ids, held } = this.#running[beam]!;
      return { ids: [...ids, id], score, held: held.has(id) ? held : new Set([...held, id]) };
    };
    const { beams } = this.#options;
    this.#finish(candidates.slice(0, beams).filter(stops), written);
    if (isLast) {
      this.#isDone = true;
      return;
    }
    const next = candidates.filter((candidate) => !stops(candidate)).slice(0, beams);
    const rows = logits.length;
    this.#next = next.map(({ beam, id }) => ({ from: beam < rows ? beam : 0, ids: [id] }));
    this.#running = next.map(beamOf);
    this.#mayImprove &&= this.#isBetterPossible(written);
    const isFull = this.#finished.length === beams;
    this.#isDone = !this.#mayImprove || (isFull && this.#options.earlyStopping === true);
  }

  get nextLogits(): Float32Array {
    return this.#nextLogits;
  }

  /** The best first. */
  get hypotheses(): readonly Hypothesis[] {
    return this.#finished.map(({ ids, score }) => ({ ids, score }));
  }

  get result(): { readonly ids: readonly number[]; readonly stopped: StopReason } {
    const [best] = this.#finished;
    const stopped = best?.isEnd === true ? 'end' : this.#isContext ? 'context' : 'max-tokens';
    return { ids: best?.ids ?? [], stopped };
  }

  /** Enough of the best continuations of all beams that as many as there are beams go on even if others end. */
  #candidates(logits: readonly Float32Array[]): Candidate[] {
    const { beams, repetitionPenalty } = this.#options;
    const best = new BestCandidates(Math.max(2, 1 + this.#endIds.size) * beams);
    for (const [beam, { score, held }] of this.#running.entries()) {
      const row = logits[beam]!;
      const total = logSumExp(row);
      for (let id = 0; id < row.length; id++) {
        const logProbability = Math.fround(row[id]! - total);
        // Most ids are no candidates, and a penalty above 1 makes none of them one.
        if (repetitionPenalty >= 1 && best.isFull && Math.fround(logProbability + score) <= best.least) continue;
        const isHeld = repetitionPenalty !== 1 && held.has(id);
        const changed = isHeld ? penalized(logProbability, repetitionPenalty) : logProbability;
        best.offer(Math.fround(changed + score), beam, id);
      }
    }
    return best.all().map((candidate) => ({ ...candidate, isEnd: this.#endIds.has(candidate.id) }));
  }

  /** Takes new hypotheses among those that are kept, as many as there are beams, those from before first among equals. */
  #finish(ended: readonly Candidate[], written: number): void {
    const { beams, earlyStopping } = this.#options;
    const isClosed = !this.#mayImprove || (earlyStopping === true && this.#finished.length === beams);
    if (isClosed) return;
    const added = ended.map(({ beam, id, score, isEnd }) => ({
      ids: [...this.#running[beam]!.ids, id],
      score: this.#perLength(score, written),
      isEnd,
    }));
    this.#finished = [...this.#finished, ...added].toSorted((a, b) => b.score - a.score).slice(0, beams);
  }

  #isBetterPossible(written: number): boolean {
    const { beams, earlyStopping, lengthPenalty } = this.#options;
    if (this.#finished.length < beams) return true;
    const length = earlyStopping === 'never' && lengthPenalty > 0 ? this.#most : written;
    return this.#perLength(this.#running[0]!.score, length) > this.#finished.at(-1)!.score;
  }

  #perLength(score: number, length: number): number {
    return Math.fround(score / Math.fround(length ** this.#options.lengthPenalty));
  }
}

/** The `most` best of what is offered, the best first; of equal ones those that were offered first. */
class BestCandidates {
  readonly #most: number;
  readonly #kept: Omit<Candidate, 'isEnd'>[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.#kept.length === this.#most;
  }

  /** The lowest score of those that are kept. */
  get least(): number {
    return this.#kept.at(-1)?.score ?? -Infinity;
  }

  offer(score: number, beam: number, id: number): void {
    const kept = this.#kept;
    if (this.isFull) {
      if (score <= this.least) return;
      kept.pop();
    }
    let place = kept.length;
    while (place > 0 && kept[place - 1]!.score < score) place--;
    kept.splice(place, 0, { beam, id, score });
  }

  all(): readonly Omit<Candidate, 'isEnd'>[] {
    return this.#kept;
  }
}
