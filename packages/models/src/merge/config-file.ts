/** Fields of the config.json of a written checkpoint, changed in its text, so that whatever Python has written stays as it is. */
import { readFile, writeFile } from 'node:fs/promises';

/** Puts a field in front of the others; where it is there already, all are written anew, for a name must not stand twice. */
export async function setConfigField(file: string, name: string, value: unknown): Promise<void> {
  const text = await readFile(file, 'utf8');
  const fields = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(fields, name)) {
    await writeFile(file, `${JSON.stringify({ ...fields, [name]: value }, null, 2)}\n`);
    return;
  }
  const json = JSON.stringify(value, null, 2).replaceAll('\n', '\n  ');
  const isEmpty = /^\s*\{\s*\}\s*$/.test(text);
  await writeFile(
    file,
    text.replace('{', () => `{\n  ${JSON.stringify(name)}: ${json}${isEmpty ? '\n' : ','}`),
  );
}

const typeField = /("(?:torch_)?dtype"\s*:\s*)(?:"\w+"|null)/g;

/** The type that programs load the weights in unless they are told another: this one, or what the file names where that may stay. */
export async function nameType(file: string, type: string, { keepsNamed }: { keepsNamed: boolean }): Promise<void> {
  const text = await readFile(file, 'utf8');
  const named = text.match(typeField) ?? [];
  if (named.length === 0) await setConfigField(file, 'torch_dtype', type);
  else if (!keepsNamed) await writeFile(file, text.replaceAll(typeField, `$1"${type}"`));
}
