export { lora } from './lora.ts';
export { doraMethod, loraMethod, type MethodOptions } from './methods.ts';
export { plugin } from './plugin.ts';
export { isUsualTarget } from './target-modules.ts';
