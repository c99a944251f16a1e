/** Job files for what clusters have already: arrays of Slurm, Indexed Jobs of Kubernetes, and plain ssh. */
import { relative } from 'node:path';
import { divide } from '../balance/shards.ts';
import { notInClaim, tooManyShards, unusableInJob, withoutEffect } from '../errors.ts';
import { shellWord } from '../plan/plan-in-words.ts';
import type { Plan } from '../plan/plan.ts';
import { mostShards } from '../work/shard-number.ts';
import {
  fillTemplate,
  includedTemplate,
  readTemplate,
  type Template,
  type TemplateName,
  usesAny,
} from './fill-template.ts';

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
  /** How workers call this program, as a shell reads it; `npx @linchpin/cli` when absent. */
  readonly program?: string | undefined;
  /** In the place of the one that is included. */
  readonly template?: string | undefined;
  /** Of Kubernetes. */
  readonly image?: string | undefined;
  readonly claim?: string | undefined;
  /** Of ssh: where workers run, and how many at a time on each; what calls them, as a shell reads it. */
  readonly hosts?: readonly string[] | undefined;
  readonly perHost?: number | undefined;
  readonly remote?: string | undefined;
  /** In the place of what the plan says. */
  readonly memoryMegabytes?: number | undefined;
  readonly minutes?: number | undefined;
  /** How often a shard that failed is started again, where the engine does that by itself; `defaultRetries` when absent. */
  readonly retries?: number | undefined;
}

export interface Submission {
  readonly engine: Engine;
  readonly file: string;
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

export const defaultRetries = 3;

/** Options that are nothing by themselves: names in a template that each stands behind. */
const placeholders = {
  program: ['program', 'worker'],
  image: ['image'],
  claim: ['claim'],
  hosts: ['hosts', 'hostList'],
  perHost: ['perHost'],
  remote: ['remote'],
  memoryMegabytes: ['memoryMegabytes'],
  minutes: ['minutes', 'deadlineSeconds'],
} as const;

/** Throws for an option of which the template makes nothing, and for paths that the job could not have. */
export function submission(plan: Plan, options: SubmissionOptions): Submission {
  const { engine, shards, file, folder, hosts = ['localhost'], perHost = 1 } = options;
  if (shards > mostShards) throw tooManyShards(shards, mostShards);
  const indices = options.indices ?? Array.from({ length: shards }, (_, index) => index + 1);
  const memoryMegabytes = options.memoryMegabytes ?? memoryOf(plan);
  const minutes = options.minutes ?? minutesOf(plan, shards);
  const template =
    options.template === undefined ? includedTemplate(templates[engine]) : readTemplate(options.template);
  requireUsed(template, options);
  requireUsable(options);
  const word = engine === 'kubernetes' ? inQuotes : shellWord;
  const { program = 'npx @linchpin/cli' } = options;
  const call = `${program} work --plan ${word(options.plan)} --out ${word(options.out)}`;
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
    retries: options.retries ?? defaultRetries,
    file: word(file),
    plan: word(options.plan),
    out: word(options.out),
    // In names of logs, Slurm reads more than one percent sign as one.
    logs: word(engine === 'slurm' ? options.out.replaceAll('%', '%%') : options.out),
    folder: word(folder),
    program,
    worker: shellWord(`cd ${word(folder)} && export HF_HUB_OFFLINE=1 && ${call}`),
    image: word(options.image ?? imageName(plan)),
    claim: word(options.claim ?? 'linchpin'),
    hosts: hosts.map(word).join(' '),
    hostList: word(hosts.join(',')),
    perHost,
    remote: options.remote ?? 'ssh -o BatchMode=yes',
    version: plan.machine.version,
  });
  return { engine, file, text, command: commandOf(engine, file), memoryMegabytes, minutes };
}

function requireUsed(template: Template, options: SubmissionOptions): void {
  for (const [option, names] of Object.entries(placeholders)) {
    if (options[option as keyof typeof placeholders] === undefined || usesAny(template, names)) continue;
    const flag = `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw withoutEffect(flag, `a template without {{${names[0]}}}, ${template.file}`);
  }
}

function requireUsable(options: SubmissionOptions): void {
  const { engine, file, folder, plan, out, program = '', remote = '', hosts = [] } = options;
  for (const text of [file, folder, plan, out, program, remote, ...hosts]) {
    // A line of a job file must end where it does.
    if (/\p{Cc}/u.test(text)) throw unusableInJob(text);
  }
  if (engine !== 'kubernetes') return;
  for (const path of [plan, out]) if (/^\.\.(?:\/|$)/.test(relative(folder, path))) throw notInClaim(path, folder);
}

/** Between the double quotes of YAML, which are those of JSON. */
function inQuotes(text: string): string {
  return JSON.stringify(text).slice(1, -1);
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
      // Not `apply`, which does nothing where the job is there from an earlier time.
      return ['kubectl', 'create', '--filename', file, '--output', 'name'];
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
  const bytes = models.map(({ bytes: stored, weights }) => 2 * stored + isCast * 4 * weights);
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
