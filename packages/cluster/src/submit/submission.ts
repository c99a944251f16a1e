/** Job files for what clusters have already: arrays of Slurm, Indexed Jobs of Kubernetes, and plain ssh. */
import { divide } from '../balance/shards.ts';
import type { Plan } from '../plan/plan.ts';
import { fillTemplate, includedTemplate, readTemplate, type TemplateName } from './fill-template.ts';

export const engines = ['slurm', 'kubernetes', 'ssh'] as const;
export type Engine = (typeof engines)[number];

export interface SubmissionOptions {
  readonly engine: Engine;
  readonly shards: number;
  /** Which of them, from 1; all when absent. */
  readonly indices?: readonly number[] | undefined;
  /** Paths as the workers see them: of the plan, of what they hand over, and the working folder. */
  readonly plan: string;
  readonly out: string;
  readonly folder: string;
  /** The job file that is written. */
  readonly file: string;
  /** How workers call this program; `npx @linchpin/cli` when absent. */
  readonly program?: string | undefined;
  /** In the place of the one that is included. */
  readonly template?: string | undefined;
  /** Of Kubernetes. */
  readonly image?: string | undefined;
  readonly claim?: string | undefined;
  /** Of ssh: where workers run, and how many at a time on each; what calls them. */
  readonly hosts?: readonly string[] | undefined;
  readonly perHost?: number | undefined;
  readonly remote?: string | undefined;
  /** In the place of what the plan says. */
  readonly memoryMegabytes?: number | undefined;
  readonly minutes?: number | undefined;
}

export interface Submission {
  readonly engine: Engine;
  readonly text: string;
  /** What hands it over. */
  readonly command: readonly string[];
  readonly memoryMegabytes: number;
  readonly minutes: number;
}

const templates: Readonly<Record<Engine, TemplateName>> = {
  slurm: 'slurm.sbatch',
  kubernetes: 'kubernetes.yaml.txt',
  ssh: 'ssh.sh',
};

export function submission(plan: Plan, options: SubmissionOptions): Submission {
  const { engine, shards, file, hosts = ['localhost'], perHost = 1 } = options;
  const indices = options.indices ?? Array.from({ length: shards }, (_, index) => index + 1);
  const memoryMegabytes = options.memoryMegabytes ?? memoryOf(plan);
  const minutes = options.minutes ?? minutesOf(plan, shards);
  const template =
    options.template === undefined ? includedTemplate(templates[engine]) : readTemplate(options.template);
  const text = fillTemplate(template, {
    id: plan.id,
    name: `linchpin-${plan.id.slice(0, 8)}`,
    command: oneLine(plan.command.join(' ')),
    count: indices.length,
    shards,
    array: ranges(indices),
    indices: indices.join(' '),
    threads: plan.machine.threads,
    memoryMegabytes,
    minutes,
    deadlineSeconds: 60 * minutes,
    file,
    plan: options.plan,
    out: options.out,
    logs: options.out,
    folder: options.folder,
    program: options.program ?? 'npx @linchpin/cli',
    image: options.image ?? imageName(plan),
    claim: options.claim ?? 'linchpin',
    hosts: hosts.join(' '),
    hostList: hosts.join(','),
    perHost,
    remote: options.remote ?? 'ssh -o BatchMode=yes',
    version: plan.machine.version,
  });
  return { engine, text, command: commandOf(engine, file), memoryMegabytes, minutes };
}

export function imageName({ machine }: Pick<Plan, 'machine'>): string {
  return `linchpin:${machine.version}`;
}

/** The recipe of the image that manifests name. */
export function dockerfile(plan: Pick<Plan, 'machine'>, image: string = imageName(plan)): string {
  return fillTemplate(includedTemplate('Dockerfile'), { version: plan.machine.version, image });
}

function commandOf(engine: Engine, file: string): string[] {
  switch (engine) {
    case 'slurm':
      return ['sbatch', '--parsable', file];
    case 'kubernetes':
      return ['kubectl', 'apply', '-f', file];
    case 'ssh':
      return ['sh', file];
  }
}

const mebibyte = 2 ** 20;

/** Of Node, onnxruntime, a batch of 1024 tokens, and data. */
const baseMegabytes = 1536;

/**
 * The largest model: its weights as they are stored, which the system maps, and in float32 where they are cast once; then
 * matrices that an intervention changes, at most as many again.
 */
function memoryOf({ models, command }: Plan): number {
  const isCast = command.includes('every-batch') ? 0 : 1;
  const bytes = models.map(
    ({ bytes: stored, layerWeights, headWeights }) => 2 * stored + isCast * 4 * (layerWeights + headWeights),
  );
  return Math.ceil(baseMegabytes + Math.max(...bytes) / mebibyte);
}

/** Beside the estimate: other processes may share the machine, and files are read. */
const timeFactor = 2;
const openingMinutes = 10;

function minutesOf(plan: Plan, shards: number): number {
  const longest = Math.max(...divide(plan, shards).map(({ seconds }) => seconds));
  return Math.ceil((timeFactor * longest) / 60) + openingMinutes;
}

/** `1-3,7`. */
function ranges(indices: readonly number[]): string {
  const parts: [first: number, last: number][] = [];
  for (const index of indices.toSorted((a, b) => a - b)) {
    const last = parts.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else parts.push([index, index]);
  }
  return parts.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
