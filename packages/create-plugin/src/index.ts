export { createPlugin, type NewPlugin } from './create-plugin.ts';
export { CreatePluginError } from './errors.ts';
