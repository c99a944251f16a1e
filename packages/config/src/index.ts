export { parseIntervention } from './intervention-text.ts';
export {
  defineConfig,
  defineTask,
  type InterventionSpecification,
  type LinchpinConfig,
  type NightlyConfig,
} from './linchpin-config.ts';
export { modelPath, namedChain, original } from './named.ts';
export { loadTasks } from './load-tasks.ts';
export { type ReadConfig, readConfig } from './read-config.ts';
export { type NamedRun, type Reference, type ReferenceNames, readReference } from './reference.ts';
export { jsonOf, notJson } from './json-text.ts';
