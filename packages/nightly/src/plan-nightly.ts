/** What a night runs: the matrix of the settings file, or a small one of the embedded model; what is asked for wins. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type LinchpinConfig,
  modelPath,
  namedChain,
  type NightlyConfig,
  original,
  type ReadConfig,
} from '@linchpin/config';
import type { Matrix, MatrixChain, OpenOptions } from '@linchpin/harness';
import type { CompareOptions } from '@linchpin/regression';
import { unknownChain } from './errors.ts';

/** What is asked for in the place of what the settings say. */
export interface NightlyOptions extends Pick<NightlyConfig, 'models' | 'limit' | 'windows' | 'baseline' | 'out'> {
  /** How every model is opened. */
  readonly opening?: OpenOptions;
  /** How the run is compared, each option by itself in the place of that of the settings. */
  readonly compare?: Partial<CompareOptions>;
}

export interface NightlyPlan {
  readonly matrix: Matrix;
  readonly baseline?: string;
  readonly out: string;
  readonly compare: Partial<CompareOptions>;
}

const originalChain: MatrixChain = { label: 'Original', interventions: [] };

/** What runs where nothing is said: some seconds of the embedded model, to see what a night gives. */
const small: Required<Pick<NightlyConfig, 'tasks' | 'corpora' | 'limit' | 'windows'>> = {
  tasks: ['arc_easy', 'piqa', 'lambada_openai'],
  corpora: ['wikitext2'],
  limit: 50,
  windows: 4,
};

export function planNightly(options: NightlyOptions, found: ReadConfig | undefined): NightlyPlan {
  const config: LinchpinConfig = found?.config ?? {};
  const nightly: NightlyConfig = config.nightly ?? {};
  const names = nightly.tasks === undefined && nightly.corpora === undefined ? small : nightly;
  const bounds = config.nightly === undefined ? small : nightly;
  const limit = options.limit ?? bounds.limit;
  const windows = options.windows ?? bounds.windows;
  const baseline = options.baseline ?? baselineOf(nightly, found);
  return {
    matrix: {
      models: options.models ?? modelsOf(config, nightly).map((name) => inFolder(name, found)),
      chains: chainsOf(config, nightly),
      tasks: names.tasks ?? [],
      corpora: names.corpora ?? [],
      ...(options.opening === undefined ? {} : { opening: options.opening }),
      ...(limit === undefined ? {} : { limit }),
      ...(windows === undefined ? {} : { windows }),
      ...(config.fewshot === undefined ? {} : { fewshot: config.fewshot }),
      ...(nightly.bos === undefined ? {} : { bos: nightly.bos }),
    },
    ...(baseline === undefined ? {} : { baseline }),
    out: options.out ?? (nightly.out === undefined ? 'results/nightly' : resolve(found!.folder, nightly.out)),
    compare: { ...nightly.compare, ...options.compare },
  };
}

function modelsOf({ model = 'mini', models = {} }: LinchpinConfig, nightly: NightlyConfig): readonly string[] {
  const named = Object.keys(models);
  return nightly.models ?? (named.length > 0 ? named : [model]);
}

function inFolder(name: string, found: ReadConfig | undefined): string {
  return found === undefined ? name : modelPath(name, found);
}

function chainsOf(config: LinchpinConfig, nightly: NightlyConfig): MatrixChain[] {
  const named = Object.keys(config.interventions ?? {});
  if (nightly.interventions === undefined && named.length === 0) {
    return [originalChain, { label: 'Prune SW', interventions: ['prune-super-weight'] }];
  }
  return (nightly.interventions ?? [original, ...named]).map((label) => {
    const interventions = namedChain(label, config);
    if (interventions !== undefined) return { label, interventions };
    if (label === original) return originalChain;
    throw unknownChain(label, [original, ...named]);
  });
}

/** A file beside the settings, or a run of the store. */
function baselineOf({ baseline }: NightlyConfig, found: ReadConfig | undefined): string | undefined {
  if (baseline === undefined || found === undefined) return baseline;
  const file = resolve(found.folder, baseline);
  return existsSync(file) ? file : baseline;
}
