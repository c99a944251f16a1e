export { describeValue, valueAt } from './found-value.ts';
export { internalError, isLinchpinError, LinchpinError, type Problem } from './linchpin-error.ts';
export { nearestNames } from './nearest-names.ts';
