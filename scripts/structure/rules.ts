/** The rules of the code base that no general tool knows, by the name under which they are reported. */
import { conformance } from './conformance.ts';
import { forbiddenText } from './forbidden-text.ts';
import { headers } from './headers.ts';
import { imports } from './imports.ts';
import { moduleState } from './module-state.ts';
import { names } from './names.ts';
import { packageParts } from './package-parts.ts';
import { sizes } from './sizes.ts';
import { thrownErrors } from './thrown-errors.ts';
import type { Rule } from './workspace.ts';

export const rules: Readonly<Record<string, Rule>> = {
  packageParts,
  imports,
  conformance,
  names,
  headers,
  forbiddenText,
  thrownErrors,
  moduleState,
  sizes,
};
