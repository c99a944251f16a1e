/**
 * Who imports whom. `turbo boundaries` checks the declared dependencies, which those of tests are part of; this checks the
 * imports of sources, where `testing` has no place, and what a package may take from outside.
 */
import type { Package, Rule, SourceFile, Violation, Workspace } from './workspace.ts';

interface Import {
  readonly specifier: string;
  readonly isTypeOnly: boolean;
}

export const imports: Rule = (workspace) =>
  workspace.packages.flatMap((pack) =>
    pack.files
      .filter(({ path }) => path.endsWith('.ts'))
      .flatMap((file) => readImports(file.text).flatMap((found) => judge(found, { file, pack, workspace }))),
  );

/** Imports and re-exports, static and dynamic. */
function readImports(text: string): Import[] {
  const statements = text.matchAll(/^\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
  const dynamic = text.matchAll(/\bimport\('([^']+)'\)/g);
  return [
    ...[...statements].map(([, type, specifier = '']) => ({ specifier, isTypeOnly: type !== undefined })),
    ...[...dynamic].map(([, specifier = '']) => ({ specifier, isTypeOnly: false })),
  ];
}

interface Place {
  readonly file: SourceFile;
  readonly pack: Package;
  readonly workspace: Workspace;
}

function judge({ specifier, isTypeOnly }: Import, { file, pack, workspace }: Place): Violation[] {
  const violation = (message: string): Violation[] => [
    { path: file.path, message: `imports ${specifier}: ${message}` },
  ];
  const isTest =
    pack.kind === 'tests' || file.path.endsWith('.test.ts') || file.path.startsWith(`${pack.folder}/test/`);
  if (specifier.startsWith('.')) {
    return leavesPackage(file.path, specifier, pack.folder) ? violation('import the package by its name') : [];
  }
  if (
    specifier.startsWith('onnxruntime') &&
    !file.path.startsWith('packages/runtime/src/') &&
    // Its build for browsers.
    !file.path.startsWith('apps/playground/src/engine/') &&
    !(isTest && pack.kind !== 'package')
  ) {
    return violation('only the sources of runtime and the engine of the playground may');
  }
  const target = workspace.packages.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
  if (target === undefined || target === pack) return [];
  if (specifier !== target.name) return violation('a package has one entry');
  if (target.kind !== 'package') return violation('nothing may');
  if (pack.kind !== 'package') return [];
  const [own = ''] = pack.tags;
  const [layer = ''] = target.tags;
  const allowed = workspace.allowedTags.get(own) ?? [];
  if (!allowed.includes(layer)) return violation(`${own} may import only ${allowed.join(', ')}`);
  if (layer === 'tooling' && own !== 'tooling' && !isTest) return violation('only tests may');
  if (own === 'contract' && !isTypeOnly && !isTest && layer === 'format')
    return violation('contracts may import types only');
  return [];
}

function leavesPackage(path: string, specifier: string, folder: string): boolean {
  const resolved = new URL(specifier, `file:///${path}`).pathname.slice(1);
  return !resolved.startsWith(`${folder}/`);
}
