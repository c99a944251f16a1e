export { parseIntervention } from './intervention-text.ts';
export {
  defineConfig,
  type InterventionSpecification,
  type LinchpinConfig,
  type NightlyConfig,
} from './linchpin-config.ts';
export { modelPath, namedChain } from './named.ts';
export { type ReadConfig, readConfig } from './read-config.ts';
