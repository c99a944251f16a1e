/** What a night runs: the matrix of the settings file, or a small one of the embedded model; flags win. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Matrix, MatrixChain } from '@linchpin/harness';
import type { CompareOptions } from '@linchpin/regression';
import { comparisonOptions } from '../commands/compare.ts';
import type { NightlyFlags } from '../commands/nightly.ts';
import { chainOf, modelPath } from '../config/apply-config.ts';
import { unknownChain } from '../config/errors.ts';
import type { LinchpinConfig, NightlyConfig } from '../config/linchpin-config.ts';
import type { ReadConfig } from '../config/read-config.ts';
import { given, openOptions } from '../options.ts';

export interface NightlyPlan {
  readonly matrix: Matrix;
  readonly baseline?: string;
  readonly out: string;
  readonly compare: Partial<CompareOptions>;
}

/** The name of no interventions. */
const original = 'original';

const originalChain: MatrixChain = { label: 'Original', interventions: [] };

/** What runs where nothing is said: some seconds of the embedded model, to see what a night gives. */
const small: Required<Pick<NightlyConfig, 'tasks' | 'corpora' | 'limit' | 'windows'>> = {
  tasks: ['arc_easy', 'piqa', 'lambada_openai'],
  corpora: ['wikitext2'],
  limit: 50,
  windows: 4,
};

export function planNightly(flags: NightlyFlags, found: ReadConfig | undefined): NightlyPlan {
  const config: LinchpinConfig = found?.config ?? {};
  const nightly: NightlyConfig = config.nightly ?? {};
  const names = nightly.tasks === undefined && nightly.corpora === undefined ? small : nightly;
  const bounds = config.nightly === undefined ? small : nightly;
  const limit = flags.limit ?? bounds.limit;
  const windows = flags.windows ?? bounds.windows;
  const baseline = flags.baseline ?? baselineOf(nightly, found);
  return {
    matrix: {
      models: flags.model ?? modelsOf(config, nightly).map((name) => inFolder(name, found)),
      chains: chainsOf(config, nightly),
      tasks: names.tasks ?? [],
      corpora: names.corpora ?? [],
      opening: openOptions(flags),
      ...given({ limit, windows, bos: nightly.bos }),
    },
    ...(baseline === undefined ? {} : { baseline }),
    out: flags.out ?? (nightly.out === undefined ? 'results/nightly' : resolve(found!.folder, nightly.out)),
    compare: comparisonOptions(flags, nightly.compare),
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
    const interventions = chainOf(label, config);
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
