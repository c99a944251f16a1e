/** Makes a plan of a command: a dry run for each of its models. */
import { version as node } from 'node:process';
import { processorName, type DividedModel, type Division } from '@linchpin/execution';
import type { ResultRow } from '@linchpin/plugin-api';
import { matrixSpeed, plainSession, resolveSession } from '@linchpin/runtime';
import { mixedCasts, nothingToPlan, repeatedModel } from '../errors.ts';
import { DryRun, type FoundCell, type OpenedModel } from './dry-run.ts';
import { namedPlan, type Plan, type PlanCell, type PlanData, type PlanModel } from './plan.ts';

/** A command, as far as a plan has to know it. */
export interface Job {
  /** Behind the program's name, without models and store. */
  readonly command: readonly string[];
  /** Every one that the command is given, as it names them; at least one. */
  readonly models: readonly string[];
  /** Threads that it is given; those of this machine when absent. */
  readonly threads?: number | undefined;
  /** Runs the command for one model, as much of it as the division says; `store` is the folder of the store. */
  readonly run: (model: string, division: Division, store: string) => Promise<void>;
}

export interface PlanOptions {
  readonly folder: string;
  /** Folder of the store that remembers hashes of files, and what has to be computed to make the plan. */
  readonly store: string;
  /** Of this program. */
  readonly version: string;
  /** GFLOP/s that products with weights reach on the machines that will work; by a product measured on this one when absent. */
  readonly speed?: number | undefined;
  readonly onModel?: (model: string, cells: number) => void;
}

export interface MadePlan {
  readonly plan: Plan;
  /** What was computed to make it: what every worker would have to compute, too. */
  readonly preparations: readonly Uint8Array[];
}

/** What a model's products with weights reach of a plain product. */
const shareOfProduct = 0.9;
const timedProducts = 3;

export async function makePlan(job: Job, options: PlanOptions): Promise<MadePlan> {
  const session = plainSession({ threads: job.threads });
  const { threads, engine } = session;
  const engines = new Set<string>();
  const models: PlanModel[] = [];
  const data: PlanData[] = [];
  const cells: PlanCell[] = [];
  const preparations = new Map<string, Uint8Array>();
  const casts = new Map<string, string>();
  for (const argument of job.models) {
    const dry = new DryRun();
    await job.run(argument, dry, options.store);
    const [opened] = dry.models;
    if (opened === undefined || dry.cells.length === 0) throw nothingToPlan(job.command);
    const planned = modelOf(opened, argument);
    if (models.some(({ name, sha256 }) => name === planned.name && sha256 === planned.sha256))
      throw repeatedModel(argument);
    const model = models.push(planned) - 1;
    for (const { rows, session: _, ...cell } of dry.cells) cells.push({ model, data: dataOf(rows, data), ...cell });
    for (const [name, key] of dry.preparations) preparations.set(name, key);
    for (const cast of castsOf(dry.cells, opened, session.threads)) casts.set(cast, argument);
    for (const cell of dry.cells) if (cell.session?.engine !== undefined) engines.add(cell.session.engine);
    options.onModel?.(argument, dry.cells.length);
  }
  const command = [...job.command, ...pinned(job.command, { threads, casts })];
  const measured = options.speed === undefined ? shareOfProduct * (await matrixSpeed(session, timedProducts)) : 0;
  const plan = namedPlan({
    madeAt: new Date().toISOString(),
    command,
    folder: options.folder,
    machine: {
      processor: processorName(),
      threads,
      // Another device is another engine.
      engine: [...engines][0] ?? engine,
      node,
      version: options.version,
      speed: options.speed ?? Number(measured.toPrecision(3)),
      speedFrom: options.speed === undefined ? 'a product measured where the plan was made' : 'what the plan was told',
    },
    models,
    data,
    cells,
  });
  return { plan, preparations: [...preparations.values()] };
}

function modelOf({ name: model, sha256, tensors, config }: OpenedModel, argument: string): PlanModel {
  const sizes = [...tensors].map(([name, { shape, dtype }]) => ({ name, elements: elementsOf(shape), shape, dtype }));
  // Embeddings are looked up, and the head is multiplied with where distributions are read.
  const ofWords = sizes.filter(({ shape }) => shape.length === 2 && shape.includes(config.vocabularySize));
  const { experts = 1, expertsPerToken = experts } = config;
  const ofExperts = sizes.filter(({ name }) => /\.experts\./.test(name));
  const idle = (1 - expertsPerToken / experts) * total(ofExperts);
  return {
    argument,
    name: model,
    sha256,
    layerWeights: Math.round(total(sizes) - total(ofWords) - idle),
    headWeights: Math.max(0, ...ofWords.map(({ elements }) => elements)),
    weights: total(sizes),
    bytes: sum(sizes.map(({ elements, dtype }) => elements * bytesOf(dtype))),
  };
}

function dataOf([row]: readonly ResultRow[], known: PlanData[]): number | null {
  if (row === undefined) return null;
  const { dataset: name, datasetSha256: sha256, datasetRevision: revision } = row;
  const found = known.findIndex((each) => each.name === name && each.sha256 === sha256);
  if (found >= 0) return found;
  return known.push({ name, sha256, ...(revision === undefined ? {} : { revision }) }) - 1;
}

/** What was decided of half-precision weights, or would be where no row says it. */
function castsOf(cells: readonly FoundCell[], { tensors }: DividedModel, threads: number): Set<string> {
  const rows = cells.flatMap((cell) => cell.rows.flatMap(({ castWeights = [] }) => castWeights));
  if (rows.length > 0) return new Set(rows);
  const half = [...tensors.values()].filter(({ dtype }) => /^B?F16$/.test(dtype));
  const halfPrecisionElements = sum(half.map(({ shape }) => elementsOf(shape)));
  return new Set([resolveSession({ halfPrecisionElements }, { threads }).castWeights]);
}

/** Whatever a machine would choose by itself is said, so that all choose alike. */
function pinned(
  command: readonly string[],
  { threads, casts }: { readonly threads: number; readonly casts: ReadonlyMap<string, string> },
): string[] {
  const has = (flag: string): boolean => command.some((each) => each === flag || each.startsWith(`${flag}=`));
  if (!has('--cast-weights') && casts.size > 1) throw mixedCasts([...casts]);
  return [
    ...(has('--threads') ? [] : ['--threads', String(threads)]),
    ...(has('--cast-weights') ? [] : ['--cast-weights', [...casts.keys()][0]!]),
  ];
}

function bytesOf(dtype: string): number {
  const bits = Number(/\d+/.exec(dtype)?.[0] ?? 32);
  return bits / 8;
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function total(tensors: readonly { readonly elements: number }[]): number {
  return sum(tensors.map(({ elements }) => elements));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
