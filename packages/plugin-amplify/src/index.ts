export { amplify, amplifyParameter, type AmplifyOptions } from './amplify.ts';
export { plugin } from './plugin.ts';
