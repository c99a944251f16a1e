import { configField } from './errors.ts';
import type { JsonObject } from './read-json.ts';

/** The config with every field under one name; `aliases` gives other names of fields. Two names must not contradict. */
export function withoutAliases(
  config: JsonObject,
  aliases: Readonly<Record<string, string>>,
  file: string,
): JsonObject {
  const fields: Record<string, unknown> = { ...config };
  for (const [alias, field] of Object.entries(aliases)) {
    const value = config[alias] ?? undefined;
    if (value === undefined) continue;
    const known = fields[field] ?? value;
    if (known !== value)
      throw configField({ file, field: alias, found: value, expected: `${JSON.stringify(known)}, as ${field} says` });
    fields[field] = value;
  }
  return fields;
}
