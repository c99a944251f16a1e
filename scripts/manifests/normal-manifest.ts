/** What every published package says of itself in package.json. */

export interface Manifest {
  readonly name: string;
  readonly version?: string | undefined;
  readonly private?: boolean;
  readonly license?: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly exports?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

/** What decides how a manifest has to be. */
export interface ManifestPlace {
  /** Path of the package from the root, with `/`. */
  readonly folder: string;
  /** Whether it has TypeScript sources that are built into dist. */
  readonly isBuilt: boolean;
}

const repository = 'https://github.com/linchpin-lm/linchpin';

/**
 * The oldest Node on which everything runs: 22.18 strips the types of linchpin.config.ts, 22.15 has `registerHooks` and
 * zstd, 22.13 node:sqlite. Odd lines are promised nothing.
 */
export const engines = '^22.18.0 || >=24.0.0';

/** Tests lie beside the sources, and stay at home. */
const built = ['dist', 'src', '!src/**/*.test.ts', '!src/**/__snapshots__'];

/** A manifest with everything that publishing needs; one that is private stays as it is. */
export function normalManifest(manifest: Manifest, { folder, isBuilt }: ManifestPlace): Manifest {
  if (manifest.private === true) return manifest;
  const { name, version, description, license = 'MIT', bin, files = [], ...rest } = manifest;
  const own = files.filter((pattern) => !built.includes(pattern));
  return {
    name,
    version,
    description,
    homepage: `${repository}/tree/main/${folder}#readme`,
    license,
    repository: { type: 'git', url: `git+${repository}.git`, directory: folder },
    ...(bin === undefined ? {} : { bin }),
    files: isBuilt ? [...own.toSorted(), ...built] : own,
    ...rest,
    type: 'module',
    // What is imported does nothing by itself; a command does.
    ...(bin === undefined ? { sideEffects: false } : {}),
    ...(isBuilt && bin === undefined ? { exports: sourceAndBuilt } : {}),
    publishConfig: { access: 'public', provenance: true },
    engines: { node: engines },
  };
}

/** One entry: the sources inside the workspace, what is built for everyone else. */
const sourceAndBuilt = {
  '.': {
    '@linchpin/source': './src/index.ts',
    types: './dist/index.d.ts',
    default: './dist/index.js',
  },
  './package.json': './package.json',
};

/** The text of the tsconfig.build.json of a package that is built. */
export function normalBuildSettings(folder: string): string {
  const up = '../'.repeat(folder.split('/').length);
  return `{
  "extends": ["./tsconfig.json", "${up}tsconfig.build.json"],
  "include": ["src"],
  "exclude": ["**/*.test.ts"]
}
`;
}
