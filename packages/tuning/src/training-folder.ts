/**
 * The folder of a training. While it goes on: `state/`, with a record of what was asked for and decided when it began, and the
 * states from which it goes on. When it has ended: the method's files, the curves, and `training.json`, which is written last.
 */
import { readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import process from 'node:process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileHash } from '@linchpin/models';
import { isLinchpinError } from '@linchpin/errors';
import type { Json } from '@linchpin/plugin-api';
import {
  artifactToJson,
  type FigureArtifact,
  figureToSvg,
  makeFolder,
  requireWritable,
  tableToCsv,
  writeFileAtomically,
} from '@linchpin/report';
import { cannotSave, differencesOf, otherTraining, type StepRecord, type TrainingIdentity } from '@linchpin/training';
import { alreadyTraining, folderTaken, recordDamaged, resultDamaged } from './errors.ts';
import { evaluationsTable, lossTable, readLossTable } from './loss-curve.ts';
import type { SessionChoices, TrainingChoices, TrainingFacts } from './training-facts.ts';

/** What a training is asked for: everything that its numbers depend on, and the choices that were made by whoever asks. */
export interface AskedTraining {
  readonly asked: TrainingIdentity;
  readonly given: { readonly session: Partial<SessionChoices> };
}

interface Started {
  readonly asked: TrainingIdentity;
  readonly chosen: TrainingChoices;
}

/** What `training.json` says besides the figure that reports draw. */
export interface FinishedTraining extends Started {
  readonly facts: TrainingFacts;
  readonly evaluations: readonly { readonly step: number; readonly loss: number }[];
  readonly best: { readonly step: number; readonly loss: number } | null;
  readonly endedEarly: boolean;
  /** What `--intervention` takes. */
  readonly use: string;
  readonly files: readonly { readonly file: string; readonly sha256: string }[];
  readonly code: string;
}

const record = 'training.json';
const curves = ['loss.csv', 'evaluations.csv', 'loss.svg'] as const;

export class TrainingFolder {
  readonly #out: string;

  constructor(out: string) {
    this.#out = out;
  }

  /** Where states are kept. */
  get states(): string {
    return join(this.#out, 'state');
  }

  /** Throws where files could not be written, and where the folder holds something else. */
  async #requireUsable(): Promise<void> {
    await makeFolder(this.#out);
    await requireWritable(join(this.#out, record));
    const names = await readdir(this.#out);
    if (names.includes(record) || names.includes('state')) return;
    const others = names.filter((name) => name.endsWith('.safetensors') || name === 'config.json');
    if (others.length > 0) throw folderTaken(this.#out, others);
  }

  /**
   * Takes the folder for this process, and gives back what lets it go. Throws where another process that is alive has it; one that
   * was killed has left it.
   */
  async claim(): Promise<() => Promise<void>> {
    const wasThere = (await stat(this.#out).catch(() => undefined)) !== undefined;
    await this.#requireUsable();
    await makeFolder(this.states);
    const lock = join(this.states, 'lock.json');
    const own = JSON.stringify({
      host: hostname(),
      pid: process.pid,
      began: beginningOf(process.pid),
      claim: randomUUID(),
    });
    for (;;) {
      try {
        await writeFile(lock, own, { flag: 'wx' });
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannotSave(lock, error);
      }
      const holder = await this.#read('state/lock.json', false).catch(() => undefined);
      if (holder !== undefined && isAlive(holder)) throw alreadyTraining(this.#out, holder, lock);
      await rm(lock, { force: true });
    }
    return async () => {
      if ((await readFile(lock, 'utf8').catch(() => '')) === own) await rm(lock, { force: true });
      // Folders in which nothing is left: of a training that was refused.
      for (const made of [this.states, ...(wasThere ? [] : [this.#out])]) await rmdir(made).catch(() => {});
    };
  }

  /** Removes a training with its result. */
  async clear(): Promise<void> {
    const finished = await this.#read(record, false).catch(() => undefined);
    const files = ((finished?.['training'] as Partial<FinishedTraining> | undefined)?.files ?? []).map(
      ({ file }) => file,
    );
    // The record first: what is left after a kill is then no result.
    for (const name of [record, 'state', ...curves, ...files])
      await rm(join(this.#out, name), { recursive: true, force: true });
  }

  /** The result of the same training; undefined where there is none. Throws for that of another, and where it is not whole. */
  async finished(training: AskedTraining): Promise<(FinishedTraining & { steps: readonly StepRecord[] }) | undefined> {
    const content = await this.#read(record, true);
    if (content === undefined) return undefined;
    const finished = content['training'] as FinishedTraining | undefined;
    if (finished === undefined) throw recordDamaged(join(this.#out, record));
    this.#requireSame(finished, training);
    for (const { file, sha256 } of finished.files) {
      const found = await fileHash(join(this.#out, file)).catch(() => undefined);
      if (found !== sha256) throw resultDamaged(join(this.#out, file), found === undefined);
    }
    // Left over where the process was killed between the result and its end.
    await rm(this.states, { recursive: true, force: true });
    const evaluations = finished.evaluations.map(({ step, loss }) => ({ step, loss: readNumber(loss) }));
    return { ...finished, evaluations, steps: readLossTable(await readFile(join(this.#out, 'loss.csv'), 'utf8')) };
  }

  /** What was decided when the training began, or what `choose` decides now. Throws for the beginning of another training. */
  async begin(training: AskedTraining, choose: () => TrainingChoices): Promise<TrainingChoices> {
    const started = (await this.#read('state/started.json', true)) as Started | undefined;
    if (started !== undefined) {
      if (started.asked === undefined || started.chosen === undefined)
        throw recordDamaged(join(this.states, 'started.json'));
      this.#requireSame(started, training);
      return started.chosen;
    }
    const chosen = choose();
    await makeFolder(this.states);
    await writeFileAtomically(join(this.states, 'started.json'), JSON.stringify({ asked: training.asked, chosen }));
    return chosen;
  }

  /** Leaves nothing behind of a training that was refused before its first step; what took long to find out is kept. */
  async forgetBeginning(): Promise<void> {
    const names = await readdir(this.states).catch(() => []);
    if (names.every((name) => name === 'started.json' || name === 'lock.json'))
      await rm(this.states, { recursive: true, force: true });
  }

  /** Refuses to go on where this machine cannot do what was decided: another engine, or fewer threads. */
  requireChosen(chosen: SessionChoices, now: SessionChoices): void {
    const differences = differencesOf(toJson(chosen), toJson(now), 'session');
    if (differences.length > 0) throw otherTraining(this.#out, differences);
  }

  /** Puts a result into the folder; each file appears whole, `training.json` when all others are there. */
  async finish(
    result: Omit<FinishedTraining, 'files'> & { readonly steps: readonly StepRecord[] },
    { save, artifact }: { readonly save: (folder: string) => Promise<void>; readonly artifact: FigureArtifact },
  ): Promise<void> {
    const { steps, ...training } = result;
    const made = join(this.states, 'result');
    await rm(made, { recursive: true, force: true });
    await makeFolder(made);
    await save(made).catch((cause: unknown) => {
      throw isLinchpinError(cause) ? cause : cannotSave(made, cause);
    });
    const own = (await readdir(made)).toSorted();
    for (const name of own) await rename(join(made, name), join(this.#out, name));
    await writeFileAtomically(join(this.#out, 'loss.csv'), tableToCsv(lossTable(steps)));
    await writeFileAtomically(join(this.#out, 'evaluations.csv'), tableToCsv(evaluationsTable(training.evaluations)));
    await writeFileAtomically(join(this.#out, 'loss.svg'), await figureToSvg(artifact.figure));
    const files: FinishedTraining['files'][number][] = [];
    for (const file of [...own, 'loss.csv']) files.push({ file, sha256: await fileHash(join(this.#out, file)) });
    const whole = { ...artifact, training: { ...training, files } };
    await writeFileAtomically(join(this.#out, record), artifactToJson(whole));
    await rm(this.states, { recursive: true, force: true });
  }

  #requireSame(before: Started, { asked, given }: AskedTraining): void {
    const was = { session: pick(before.chosen.session, given.session) };
    const differences = [...differencesOf(before.asked, asked), ...differencesOf(toJson(was), toJson(given))];
    if (differences.length > 0) throw otherTraining(this.#out, differences);
  }

  /** JSON of the folder; undefined where there is no such file. */
  async #read(name: string, isStrict: boolean): Promise<Record<string, unknown> | undefined> {
    const file = join(this.#out, name);
    if ((await stat(file).catch(() => undefined)) === undefined) return undefined;
    try {
      return JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    } catch (cause) {
      if (isStrict && cause instanceof SyntaxError) throw recordDamaged(file);
      throw cause;
    }
  }
}

/** Whether the process of a lock is there. Of another machine that cannot be known: then it counts as there. */
function isAlive({ host, pid, began }: Readonly<Record<string, unknown>>): boolean {
  if (host !== hostname()) return true;
  if (typeof pid !== 'number') return false;
  // Numbers are given again: in a container that was started anew, often the same ones.
  if (beginningOf(pid) !== (began ?? null)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process began, in ticks of the machine's clock; null where the system does not say. */
function beginningOf(pid: number): string | null {
  try {
    const [, fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    return fields!.split(' ')[19]!;
  } catch {
    return null;
  }
}

/** JSON has no infinities: they are words. */
function readNumber(value: unknown): number {
  return Number(value);
}

/** The fields of a record that another one names. */
function pick<Fields extends object>(from: Fields, names: Partial<Fields>): Partial<Fields> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => name in names)) as Partial<Fields>;
}

function toJson(value: object): Json {
  return value as unknown as Json;
}
