export { restoreSuperActivation, type RestoreSuperActivationOptions } from './restore-super-activation.ts';
export { plugin } from './plugin.ts';
