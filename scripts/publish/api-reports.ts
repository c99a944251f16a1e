/** What each public package exports, as text that is part of the repository: a change of an interface shows in its diff. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  ExtractorMessageCategory,
} from '@microsoft/api-extractor';
import type { Member } from '../manifests/members.ts';

export interface ApiReports {
  /** Text of every report, by the name of its file in the folder `api`. */
  readonly reports: ReadonlyMap<string, string>;
  /** What could not be read, in one line each. */
  readonly faults: readonly string[];
}

/** Reads the declarations of packages that are built. */
export function extractApi(root: string, members: readonly Member[]): ApiReports {
  const reports = new Map<string, string>();
  const faults: string[] = [];
  const temporary = mkdtempSync(join(tmpdir(), 'linchpin-api-'));
  try {
    const packages = members.map(({ folder, manifest }) => {
      const file = `${manifest.name.replace('@linchpin/', '')}.api.md`;
      const entry = (manifest.exports as { readonly '.': { readonly types: string } })['.'].types;
      return { manifest, file, config: settings(join(root, folder), entry, { file, temporary }) };
    });
    const [first] = packages;
    if (first === undefined) return { reports, faults };
    // Packages are read as one program: most of each is what it shares with the others.
    const additionalEntryPoints = packages.map(({ config }) => config.mainEntryPointFilePath);
    const compilerState = CompilerState.create(first.config, { additionalEntryPoints });
    for (const { manifest, file, config } of packages) {
      const { succeeded } = Extractor.invoke(config, {
        localBuild: true,
        compilerState,
        messageCallback: (message) => {
          message.handled = true;
          // What it says of its own work (category console) is that reports are new, which here they always are.
          if (message.category !== ExtractorMessageCategory.Console && message.logLevel !== ExtractorLogLevel.None)
            faults.push(`${manifest.name}: ${message.text}`);
        },
      });
      if (!succeeded) faults.push(`${manifest.name}: its declarations could not be read`);
      else reports.set(file, readFileSync(join(temporary, file), 'utf8'));
    }
  } finally {
    rmSync(temporary, { recursive: true });
  }
  return { reports, faults };
}

/** How the folder `api` differs from the reports, in a few lines a file. */
export function apiDifferences(root: string, { reports, faults }: ApiReports): string[] {
  const changed = [...reports].flatMap(([file, text]) => {
    const path = join(root, 'api', file);
    const committed = existsSync(path) ? readFileSync(path, 'utf8') : '';
    return committed === text ? [] : [`api/${file} is not what is exported:\n${differingLines(committed, text)}`];
  });
  const left = listReports(root).filter((file) => !reports.has(file));
  return [...faults, ...changed, ...left.map((file) => `api/${file} belongs to no package`)];
}

/** Writes the reports and removes those of packages that are no more. */
export function writeApi(root: string, { reports }: ApiReports): void {
  mkdirSync(join(root, 'api'), { recursive: true });
  for (const file of listReports(root)) if (!reports.has(file)) rmSync(join(root, 'api', file));
  for (const [file, text] of reports) writeFileSync(join(root, 'api', file), text);
}

function listReports(root: string): string[] {
  const folder = join(root, 'api');
  return existsSync(folder) ? readdirSync(folder) : [];
}

interface ReportPlace {
  readonly file: string;
  readonly temporary: string;
}

function settings(projectFolder: string, entry: string, { file, temporary }: ReportPlace): ExtractorConfig {
  const none = { logLevel: ExtractorLogLevel.None };
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(projectFolder, 'package.json'),
    configObject: {
      projectFolder,
      mainEntryPointFilePath: join(projectFolder, entry),
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'es2024',
            module: 'nodenext',
            moduleResolution: 'nodenext',
            lib: ['esnext', 'dom'],
            types: ['node'],
            strict: true,
            exactOptionalPropertyTypes: true,
            skipLibCheck: true,
          },
          files: [entry],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: file,
        reportFolder: temporary,
        reportTempFolder: join(temporary, 'own'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Warning } },
        extractorMessageReporting: {
          default: none,
          'ae-forgotten-export': { ...none, addToApiReportFile: true },
        },
        tsdocMessageReporting: { default: none },
      },
    },
  });
}

/** Lines of one text alone, behind - and +, in their order; a few of each. */
function differingLines(before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const removed = old.filter((line) => !now.includes(line)).map((line) => `  - ${line}`);
  const added = now.filter((line) => !old.includes(line)).map((line) => `  + ${line}`);
  return [...removed.slice(0, 10), ...added.slice(0, 10), '  npm run api writes it anew'].join('\n');
}
