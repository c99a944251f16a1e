/** What a `linchpin.config.ts` imports: the command is run, and not imported. */
export {
  defineConfig,
  defineTask,
  type InterventionSpecification,
  type LinchpinConfig,
  type NightlyConfig,
} from '@linchpin/config';
