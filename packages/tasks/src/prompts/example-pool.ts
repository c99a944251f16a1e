/**
 * The examples of few-shot prompts, drawn as lm-evaluation-harness 0.4.13 does (`lm_eval/api/samplers.py`): one stream of draws a
 * task, from a seed, in the order of its questions. A draw may take the question itself, and is made again where that and its copies leave
 * too few; a task that is asked of a part of its rows draws for these alone.
 */
import { ContentDigest, type DataRow } from '@linchpin/datasets';
import type { FewshotSource } from '@linchpin/plugin-api';
import { PythonRandom } from '@linchpin/random';
import { tooFewExamples } from '../errors.ts';
import type { Turn } from './turns.ts';

/** lm-evaluation-harness's `fewshot_random_seed`. */
export const defaultFewshotSeed = 1234;

export interface Example {
  readonly turns: readonly Turn[];
  /** Of its row; undefined where questions are not kept from being their own examples. */
  readonly key: string | undefined;
}

/** The examples of the next question; `own` is the key of its row. */
export type Draw = (own: string | undefined) => readonly Example[];

type Drawing = Pick<FewshotSource, 'sampler' | 'leavesOutOwn'>;

/** What examples are drawn from. */
export class ExamplePool {
  readonly #examples: readonly Example[];
  readonly #drawing: Drawing;

  constructor(examples: readonly Example[], drawing: Drawing) {
    this.#examples = examples;
    this.#drawing = drawing;
  }

  /** Draws for the first question of a task and those behind it. Throws where there are fewer than are asked for. */
  begin(count: number, seed: number): Draw {
    const { sampler } = this.#drawing;
    const needed = count + (sampler === 'default' && this.#drawing.leavesOutOwn ? 1 : 0);
    if (this.#examples.length < needed) throw tooFewExamples(count, this.#examples.length);
    if (sampler === 'first_n') return (own) => this.#without(own, count).slice(0, count);
    const random = new PythonRandom(seed);
    return (own) => this.#draw(random, count, own);
  }

  #draw(random: PythonRandom, count: number, own: string | undefined): Example[] {
    const drawnFrom = (pool: readonly Example[], drawn: number): Example[] =>
      random.sample(pool.length, drawn).map((index) => pool[index]!);
    if (own === undefined) return drawnFrom(this.#examples, count);
    const drawn = drawnFrom(this.#examples, count + 1).filter(({ key }) => key !== own);
    return drawn.length < count ? drawnFrom(this.#without(own, count), count) : drawn.slice(0, count);
  }

  #without(own: string | undefined, count: number): readonly Example[] {
    if (own === undefined) return this.#examples;
    const others = this.#examples.filter(({ key }) => key !== own);
    if (others.length < count) throw tooFewExamples(count, others.length);
    return others;
  }
}

/** The same for rows that say the same. */
export function rowKey(row: DataRow['value']): string {
  const digest = new ContentDigest();
  digest.add(row);
  return digest.finish();
}
