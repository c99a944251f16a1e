/** Job files are templates in which names in double braces are replaced; nothing else is done to them, so that they can be edited. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { templateNotRead, unknownPlaceholder } from '../errors.ts';

export type TemplateName = 'slurm.sbatch' | 'kubernetes.yaml.txt' | 'ssh.sh' | 'Dockerfile';

export interface Template {
  readonly file: string;
  readonly text: string;
}

/** One that comes with this package. */
export function includedTemplate(name: TemplateName): Template {
  return readTemplate(fileURLToPath(new URL(`../../templates/${name}`, import.meta.url)));
}

export function readTemplate(file: string): Template {
  try {
    return { file, text: readFileSync(file, 'utf8') };
  } catch (cause) {
    throw templateNotRead(file, cause);
  }
}

/** Whether one of the names is in it. */
export function usesAny({ text }: Template, names: readonly string[]): boolean {
  return names.some((name) => text.includes(`{{${name}}}`));
}

export function fillTemplate({ file, text }: Template, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw unknownPlaceholder(file, name, Object.keys(values));
    return String(value);
  });
}
