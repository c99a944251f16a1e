/** A plan: the cells of some work, what each costs and needs, and how the machine is set that the numbers will be remembered under. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { newerPlan, notAPlan } from '../errors.ts';

/** What is computed of a model in one go: a task or corpus under a chain, or all of an experiment that has no parts. */
export interface PlanCell {
  /** Index into `models`. */
  readonly model: number;
  /** Which of the models under chains that the command opens, from 0; null where the cell is a whole experiment. */
  readonly variant: number | null;
  /** Which of its parts, from 0, in the order in which the command comes to them. */
  readonly part: number;
  readonly label: string;
  readonly task: string;
  /** Index into `data`; null where nothing can be said. */
  readonly data: number | null;
  readonly device: string;
  /** Tokens that are computed, padding included, and tokens whose distributions are read; estimated of whole experiments. */
  readonly tokens: number;
  readonly distributions: number;
  readonly batches: number;
  /** What is given to one machine at least: a batch, or a window of them where one decides what is in the next. */
  readonly unit: 'batch' | 'window' | 'whole';
  readonly units: number;
  /** Beginning of the sha256 over the keys of the batches, in order; empty of whole experiments. */
  readonly digest: string;
}

export interface PlanModel {
  /** What `--model` is. */
  readonly argument: string;
  readonly name: string;
  readonly sha256: string;
  /** Weights that every token is multiplied with, of a mixture's experts so many as it uses; and those that every distribution is. */
  readonly layerWeights: number;
  readonly headWeights: number;
  /** Of its files' tensors: elements, and bytes as they are stored. */
  readonly weights: number;
  readonly bytes: number;
}

export interface PlanData {
  readonly name: string;
  readonly sha256: string;
  readonly revision?: string | undefined;
}

/** As which machine numbers are remembered, and with what. */
export interface PlanMachine {
  readonly processor: string;
  readonly threads: number;
  readonly engine: string;
  readonly node: string;
  readonly version: string;
  /** GFLOP/s that the products of a model reach: what the plan was told, or a measured plain product's, less a tenth. */
  readonly speed: number;
  readonly speedFrom: string;
}

export interface Plan {
  readonly format: typeof planFormat;
  readonly version: number;
  /** Names the work: the beginning of the sha256 of all that follows but the time. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  /** The command line behind the program's name, without models and store. */
  readonly command: readonly string[];
  /** Folder that paths in it are relative to, and in which jobs begin. */
  readonly folder: string;
  readonly machine: PlanMachine;
  readonly models: readonly PlanModel[];
  readonly data: readonly PlanData[];
  readonly cells: readonly PlanCell[];
}

export const planFormat = 'linchpin plan';
/** Raised whenever a program that knows the versions before could misread a plan. */
const planVersion = 2;

const count = z.int().min(0);
const text = z.string();

const schema: z.ZodType<Plan> = z.object({
  format: z.literal(planFormat),
  version: z.literal(planVersion),
  id: text,
  madeAt: text,
  command: z.array(text).min(1),
  folder: text,
  machine: z.object({
    processor: text,
    threads: z.int().min(1),
    engine: text,
    node: text,
    version: text,
    speed: z.number().positive(),
    speedFrom: text,
  }),
  models: z.array(
    z.object({
      argument: text,
      name: text,
      sha256: text,
      layerWeights: count,
      headWeights: count,
      weights: count,
      bytes: count,
    }),
  ),
  data: z.array(z.object({ name: text, sha256: text, revision: text.exactOptional() })),
  cells: z
    .array(
      z.object({
        model: count,
        variant: count.nullable(),
        part: count,
        label: text,
        task: text,
        data: count.nullable(),
        device: text,
        tokens: count,
        distributions: count,
        batches: count,
        unit: z.enum(['batch', 'window', 'whole']),
        units: z.int().min(1),
        digest: text,
      }),
    )
    .min(1),
});

/** The plan with its id. */
export function namedPlan(plan: Omit<Plan, 'id' | 'format' | 'version'>): Plan {
  const { madeAt, ...named } = plan;
  const id = createHash('sha256').update(JSON.stringify(named, inOrder)).digest('hex').slice(0, 16);
  return { format: planFormat, version: planVersion, id, madeAt, ...named };
}

/** Keys in the order of their names, whoever wrote them. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Lines of a cell each: a plan of a hundred thousand of them can be looked at. */
export function planToText(plan: Plan): string {
  const { cells, ...rest } = plan;
  const head = JSON.stringify(rest, null, 1);
  return `${head.slice(0, -2)},\n "cells": [\n${cells.map((cell) => `  ${JSON.stringify(cell)}`).join(',\n')}\n ]\n}\n`;
}

/** Checks what a file says; `file` names it in errors. */
export function planFromText(content: string, file: string): Plan {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw notAPlan(file, `text that is not JSON (${cause instanceof Error ? cause.message : String(cause)})`);
  }
  const { format, version } = (value ?? {}) as { readonly format?: unknown; readonly version?: unknown };
  if (format === planFormat && typeof version === 'number' && version > planVersion)
    throw newerPlan(file, version, planVersion);
  const checked = schema.safeParse(value);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw notAPlan(file, `${issue?.path.join('.') || 'its content'}: ${issue?.message ?? 'other content'}`);
  }
  const { id } = namedPlan(withoutName(checked.data));
  if (id !== checked.data.id)
    throw notAPlan(file, `a plan that was changed since it was made (${checked.data.id}, now ${id})`);
  return checked.data;
}

function withoutName(plan: Plan): Omit<Plan, 'id' | 'format' | 'version'> {
  const { madeAt, command, folder, machine, models, data, cells } = plan;
  return { madeAt, command, folder, machine, models, data, cells };
}

/** `mini · Prune SW · piqa`. */
export function cellInWords({ models }: Pick<Plan, 'models'>, { model, label, task }: PlanCell): string {
  return `${models[model]?.name ?? '?'} · ${label} · ${task}`;
}
