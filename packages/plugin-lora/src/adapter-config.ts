/**
 * adapter_config.json as PEFT 0.21 writes it (`LoraConfig`). Fields that would change the numbers in a way that nothing here
 * computes are refused by name; those that only say how an adapter was trained are left alone.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { badConfig, fieldUnsupported, noAdapter } from './errors.ts';
import { endsIn } from './target-modules.ts';

type Names = string | readonly string[] | null | undefined;
type Patterns = Readonly<Record<string, number>> | null | undefined;

/** The fields that say what an adapter computes. */
export interface AdapterConfig {
  readonly r: number;
  readonly lora_alpha: number;
  readonly target_modules?: Names;
  readonly exclude_modules?: Names;
  readonly layers_to_transform?: number | readonly number[] | null | undefined;
  readonly layers_pattern?: Names;
  readonly rank_pattern?: Patterns;
  readonly alpha_pattern?: Patterns;
  readonly use_dora?: boolean | null | undefined;
  readonly use_rslora?: boolean | null | undefined;
}

const names = z.union([z.string(), z.array(z.string())]).nullish();
const patterns = z.record(z.string(), z.number().positive()).nullish();

const schema = z.looseObject({
  peft_type: z.string(),
  r: z.int().positive(),
  lora_alpha: z.number(),
  target_modules: names,
  exclude_modules: names,
  layers_to_transform: z.union([z.int(), z.array(z.int())]).nullish(),
  layers_pattern: names,
  rank_pattern: patterns,
  alpha_pattern: patterns,
  use_dora: z.boolean().nullish(),
  use_rslora: z.boolean().nullish(),
});

const none = 'null: nothing of the kind is carried out here';
const off = 'false: nothing of the kind is carried out here';

/** Fields that change the numbers, with what they have to hold. */
const required: readonly (readonly [field: string, isRight: (value: unknown) => boolean, expected: string])[] = [
  ['bias', (value) => value === 'none', '"none": trained biases are not put in place'],
  ['modules_to_save', isEmpty, 'null: modules that were trained whole are not put in place'],
  ['trainable_token_indices', isEmpty, 'null: trained rows of the embedding are not put in place'],
  ['target_parameters', isEmpty, none],
  ['layer_replication', isEmpty, none],
  ['alora_invocation_tokens', isEmpty, none],
  ['arrow_config', isEmpty, none],
  ['kasa_config', isEmpty, none],
  ['monteclora_config', isEmpty, none],
  ['use_bdlora', isEmpty, none],
  ['use_qalora', isEmpty, off],
  ['lora_bias', isEmpty, off],
  ['init_lora_weights', keepsWeights, 'an initialisation that leaves the weights of the model as they are'],
];

/** Initialisations that take the adapter's beginning out of the model's weights; PEFT does so again when it loads one. */
function keepsWeights(value: unknown): boolean {
  return typeof value !== 'string' || !/^(?:pissa|olora|corda|loftq|lora_ga)/i.test(value);
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === null || value === false;
}

export async function readConfig(file: string): Promise<AdapterConfig> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) =>
    Promise.reject(noAdapter(file, 'no file that can be read', cause)),
  );
  const fields = parse(text, file);
  const checked = schema.safeParse(fields);
  if (!checked.success) {
    const issues = checked.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
    throw badConfig(file, issues.join('; '));
  }
  const config = checked.data;
  if (config.peft_type !== 'LORA') throw fieldUnsupported(file, 'peft_type', config.peft_type, '"LORA"');
  for (const [field, isRight, expected] of required)
    if (config[field] !== undefined && !isRight(config[field]))
      throw fieldUnsupported(file, field, config[field], expected);
  // What later versions add: a switch is a variant of the method, whatever it is.
  for (const [field, value] of Object.entries(config))
    if (field.startsWith('use_') && !(field in schema.shape) && !isEmpty(value))
      throw fieldUnsupported(file, field, value, off);
  requireExpressions(config, file);
  return config;
}

/** Expressions are Python's, of which a few are none here. */
function requireExpressions(config: AdapterConfig, file: string): void {
  const { target_modules: targets, exclude_modules: excluded, layers_pattern: containers } = config;
  const used = [targets, excluded].filter((each) => typeof each === 'string');
  const keyed = [config.rank_pattern, config.alpha_pattern].flatMap((each) => Object.keys(each ?? {}));
  for (const pattern of [...used, ...keyed, ...[containers ?? []].flat()])
    try {
      expression(pattern);
    } catch (cause) {
      throw badConfig(file, `the expression "${pattern}", which cannot be read: ${String(cause)}`);
    }
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badConfig(file, cause instanceof Error ? cause.message : 'no JSON');
  }
}

/** Rank of a module, and the factor of its product. `name` is that of PEFT. */
export function scaleOf(config: AdapterConfig, name: string): { readonly rank: number; readonly scale: number } {
  const rank = patternFor(config.rank_pattern, name) ?? config.r;
  const alpha = patternFor(config.alpha_pattern, name) ?? config.lora_alpha;
  return { rank, scale: scaling({ rank, alpha, isStabilized: config.use_rslora ?? false }) };
}

/** alpha / r, or of rank-stabilized LoRA alpha / √r (Kalajdzievski, arXiv 2312.03732). */
export function scaling({
  rank,
  alpha,
  isStabilized,
}: {
  readonly rank: number;
  readonly alpha: number;
  readonly isStabilized: boolean;
}): number {
  return alpha / (isStabilized ? Math.sqrt(rank) : rank);
}

/** Keys are ends of names, in which points stand for any character (`get_pattern_key`); the first that fits counts. */
function patternFor(patterned: Patterns, name: string): number | undefined {
  return Object.entries(patterned ?? {}).find(([key]) => expression(`(.*\\.)?(${key})`).test(name))?.[1];
}

/** Whether PEFT puts an adapter beside a module (`check_target_module_exists`). A config without targets says nothing. */
export function isTargeted(config: AdapterConfig, name: string): boolean {
  const { target_modules: targets, exclude_modules: excluded } = config;
  if (matches(excluded ?? [], name)) return false;
  if (targets === null || targets === undefined || targets === 'all-linear') return true;
  if (typeof targets === 'string') return matches(targets, name);
  return matches(targets, name) && isInLayers(config, name);
}

function matches(wanted: string | readonly string[], name: string): boolean {
  if (typeof wanted === 'string') return wanted !== '' && expression(wanted).test(name);
  return wanted.some((each) => endsIn(name, each));
}

function isInLayers({ layers_to_transform: layers, layers_pattern: pattern }: AdapterConfig, name: string): boolean {
  const wanted = typeof layers === 'number' ? [layers] : (layers ?? []);
  if (wanted.length === 0 && typeof layers !== 'number') return true;
  const containers = typeof pattern === 'string' ? [pattern] : (pattern ?? []);
  const found =
    containers.length === 0
      ? /^.*?\.[^.]*\.(\d+)\./.exec(name)
      : containers
          .map((each) => new RegExp(`^(?:|.*?\\.)${each}\\.(\\d+)\\.`).exec(name))
          .find((each) => each !== null);
  return wanted.includes(Number(found?.[1] ?? Number.NaN));
}

/** A Python expression that has to match the whole; groups with names are spelled in another way there. */
function expression(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern.replaceAll('(?P<', '(?<')})$`);
}

export interface SavedAdapter {
  readonly rank: number;
  readonly alpha: number;
  readonly isStabilized: boolean;
  readonly isDora: boolean;
  readonly targets: readonly string[];
  /** Whether the modules are Conv1D of transformers, whose matrices are [in, out]. */
  readonly isTransposed: boolean;
  /** Name or path of the model that was trained. */
  readonly model: string | null;
}

export function configText(saved: SavedAdapter): string {
  const fields = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    auto_mapping: null,
    base_model_name_or_path: saved.model,
    revision: null,
    inference_mode: true,
    r: saved.rank,
    lora_alpha: saved.alpha,
    lora_dropout: 0,
    bias: 'none',
    target_modules: saved.targets,
    modules_to_save: null,
    layers_to_transform: null,
    layers_pattern: null,
    rank_pattern: {},
    alpha_pattern: {},
    init_lora_weights: true,
    fan_in_fan_out: saved.isTransposed,
    use_rslora: saved.isStabilized,
    use_dora: saved.isDora,
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}
