/** What the names of a file of settings stand for. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseIntervention } from './intervention-text.ts';
import type { InterventionSpecification, LinchpinConfig } from './linchpin-config.ts';
import type { ReadConfig } from './read-config.ts';

/** The name of the chain without interventions. */
export const original = 'original';

/** What a model's name stands for: a path from the file's folder where one is, else as it is written. */
export function modelPath(name: string, { config, folder }: Pick<ReadConfig, 'config' | 'folder'>): string {
  const named = config.models !== undefined && Object.hasOwn(config.models, name) ? config.models[name] : undefined;
  const path = named ?? name;
  if (named === undefined && name !== config.model) return path;
  const inFolder = resolve(folder, path);
  return existsSync(inFolder) ? inFolder : path;
}

/** The interventions of a named chain, with settings as values; undefined where no chain has the name. */
export function namedChain(
  name: string,
  { interventions = {} }: LinchpinConfig,
): readonly InterventionSpecification[] | undefined {
  if (!Object.hasOwn(interventions, name)) return undefined;
  return interventions[name]?.map((each) => (typeof each === 'string' ? (parseIntervention(each) ?? each) : each));
}
