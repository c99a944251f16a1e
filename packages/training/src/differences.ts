/** In what two records differ, down to the values that do. */
import { isDeepStrictEqual } from 'node:util';
import { describeValue } from '@linchpin/errors';
import type { Json } from '@linchpin/plugin-api';

/** `settings.seed was 1, is 2`: one for every value that is not the same; none where the records agree. */
export function differencesOf(was: Json | undefined, is: Json | undefined, path = ''): string[] {
  if (isDeepStrictEqual(was, is)) return [];
  const [before, after] = [fieldsOf(was), fieldsOf(is)];
  if (before === undefined || after === undefined)
    return [`${path} was ${describeValue(was)}, is ${describeValue(is)}`];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.flatMap((name) =>
    differencesOf(before.get(name), after.get(name), path === '' ? name : `${path}.${name}`),
  );
}

function fieldsOf(value: Json | undefined): ReadonlyMap<string, Json> | undefined {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
}
