export { full, fullMethod, plugin } from './plugin.ts';
