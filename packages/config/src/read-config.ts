/** Reads `linchpin.config.ts`: Node itself strips its types; what it exports is checked to the last field. */
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeValue, isLinchpinError, valueAt } from '@linchpin/errors';
import type { z } from 'zod';
import { configNotFound, configNotLoaded, invalidConfig } from './errors.ts';
import type { LinchpinConfig } from './linchpin-config.ts';

export interface ReadConfig {
  readonly config: LinchpinConfig;
  readonly file: string;
  /** What the paths in it are relative to. */
  readonly folder: string;
}

/** Reads and checks a file of settings. */
export async function readConfig(path: string): Promise<ReadConfig> {
  const file = resolve(path);
  if (!existsSync(file)) throw configNotFound(path);
  const content = await importDefault(file);
  // Imported here: most of what imports this package reads no file.
  const { configSchema } = await import('./config-schema.ts');
  const checked = configSchema.safeParse(content);
  if (checked.success) return { config: checked.data, file, folder: dirname(file) };
  const [issue] = checked.error.issues;
  const steps = issue?.path ?? [];
  throw invalidConfig(file, {
    path: pathInWords(steps),
    found: describeValue(valueAt(content, steps)),
    expected: issue === undefined ? 'other settings' : reasonOf(issue),
  });
}

async function importDefault(file: string): Promise<unknown> {
  const hooks = offerPackage();
  try {
    const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { readonly default?: unknown };
    if (module.default === undefined) throw configNotLoaded(file, 'no default export');
    return module.default;
  } catch (cause) {
    throw isLinchpinError(cause) ? cause : configNotLoaded(file, messageOf(cause), cause);
  } finally {
    hooks.deregister();
  }
}

/** The packages that a file of settings may import `defineConfig` from. */
const offering: ReadonlySet<string> = new Set(['@linchpin/cli', '@linchpin/config']);

/** A file of settings may import `defineConfig` by the name of a package that is not installed beside it. */
function offerPackage(): { deregister(): void } {
  const own = new URL(`./linchpin-config${extname(import.meta.url)}`, import.meta.url).href;
  return registerHooks({
    resolve: (specifier, context, next) =>
      offering.has(specifier) ? { url: own, shortCircuit: true } : next(specifier, context),
  });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** What the innermost check says: unions and keys hold the reasons of their parts. */
function reasonOf(issue: z.core.$ZodIssue): string {
  const { code, message } = issue;
  if (code === 'invalid_union')
    return [...new Set(issue.errors.flatMap((errors) => errors.map(reasonOf)))].join(', or ');
  if (code === 'invalid_key') return issue.issues.map(reasonOf).join('; ');
  return message.replace(/^Invalid input: expected /, '');
}

/** `nightly.tasks[1]` */
function pathInWords(steps: readonly PropertyKey[]): string {
  return steps
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}
