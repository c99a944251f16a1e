/** Everything that can be added runs the conformance suite of its kind, so that a new one is tested like all before it. */
import type { Package, Rule, SourceFile, Violation } from './workspace.ts';

interface Kind {
  readonly suite: string;
  /** Sources that each hold one thing of this kind. */
  readonly source: RegExp;
  /** Where only some of them are of this kind: what those have. */
  readonly has?: RegExp;
}

const kinds: readonly Kind[] = [
  { suite: 'testTask', source: /^packages\/tasks\/src\/tasks\/[^/]+(?<!\.test)\.ts$/ },
  { suite: 'testModelFamily', source: /^packages\/models\/src\/families\/[^/]+(?<!\.test)\.ts$/ },
  {
    suite: 'testWeightFormat',
    source:
      /^packages\/models\/src\/formats\/(?!find-format|shard-index|tensor-reader|weight-format)[^/]+(?<!\.test)\.ts$/,
  },
  { suite: 'testIntervention', source: /^packages\/plugin-(?!api\/)[^/]+\/src\/plugin\.ts$/ },
  {
    suite: 'testTrainingMethod',
    source: /^packages\/plugin-(?!api\/)[^/]+\/src\/plugin\.ts$/,
    has: /^\s+methods\b/m,
  },
];

export const conformance: Rule = ({ packages }) =>
  packages.flatMap((pack) =>
    kinds.flatMap(({ suite, source, has }) =>
      pack.files
        .filter(({ path, text }) => source.test(path) && (has === undefined || has.test(text)))
        .flatMap((file) => (callsSuite(file, pack, suite) ? [] : [without(file, suite)])),
    ),
  );

/** The call may stand in any test of the package that imports the file, itself or through the package's plugin entry. */
function callsSuite(file: SourceFile, pack: Package, suite: string): boolean {
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  return pack.files.some(
    ({ path, text }) =>
      path.endsWith('.test.ts') && text.includes(`${suite}(`) && (name === 'plugin.ts' || text.includes(`/${name}'`)),
  );
}

function without({ path }: SourceFile, suite: string): Violation {
  return { path, message: `no test passes it to ${suite} of @linchpin/testing` };
}
