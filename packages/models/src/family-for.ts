import type { ModelFamily } from '@linchpin/plugin-api';
import { configField, unknownModelType } from './errors.ts';
import { families } from './generated/families.ts';
import type { JsonObject } from './read-json.ts';

/** The family that a config names by its `model_type`; `file` is only named in errors. */
export function familyFor(config: JsonObject, file: string): ModelFamily {
  const known = families.flatMap(({ modelTypes }) => modelTypes);
  const { model_type: modelType } = config;
  if (typeof modelType !== 'string') {
    throw configField({ file, field: 'model_type', found: modelType, expected: `one of ${known.join(', ')}` });
  }
  const family = families.find(({ modelTypes }) => modelTypes.includes(modelType));
  if (family === undefined) throw unknownModelType(file, modelType, known);
  return family;
}
