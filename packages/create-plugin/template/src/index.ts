export { myMethod, type MyMethodOptions } from './my-method.ts';
export { plugin } from './plugin.ts';
