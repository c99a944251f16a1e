export { restoreSuperActivation, type RestoreSuperActivationOptions } from './restore-super-activation.ts';
