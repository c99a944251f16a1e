import type { ModelFamily } from '@linchpin/plugin-api';
import { configField, modelOfParts, unknownModelType } from './errors.ts';
import { families } from './generated/families.ts';
import { isJsonObject, type JsonObject } from './read-json.ts';

/** The family that a config names by its `model_type`; `file` is only named in errors. */
export function familyFor(config: JsonObject, file: string): ModelFamily {
  const known = families.flatMap(({ modelTypes }) => modelTypes);
  const { model_type: modelType } = config;
  if (typeof modelType !== 'string') {
    throw configField({ file, field: 'model_type', found: modelType, expected: `one of ${known.join(', ')}` });
  }
  const family = families.find(({ modelTypes }) => modelTypes.includes(modelType));
  if (family !== undefined) return family;
  const part = isJsonObject(config['text_config']) ? config['text_config']['model_type'] : undefined;
  if (typeof part === 'string' && known.includes(part)) throw modelOfParts(file, modelType, part);
  throw unknownModelType(file, modelType, known);
}
