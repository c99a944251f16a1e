/** What a Python has that lm-evaluation-harness needs: importing takes seconds, and the measurements before it minutes. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { noPeer, peerIncomplete, peerSilent } from './errors.ts';

/** Oldest versions: those that lm-eval's own `hf` extra names, and the first lm-eval whose parts the runner script imports. */
const leastPackages: Packages = {
  torch: '1.8',
  transformers: '4.1',
  accelerate: '0.26',
  datasets: '2.16',
  lm_eval: '0.4.12',
};
const leastPython = '3.10';

/** Oldest versions of packages, by name. */
export type Packages = Readonly<Record<string, string>>;

/** Imports each package and tells its version, or what was thrown, as the last line. */
const probe = `
import importlib, importlib.metadata, json, sys
found = {}
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
        found[name] = {"version": importlib.metadata.version(name)}
    except BaseException as error:
        found[name] = {"problem": f"{type(error).__name__}: {error}"}
print()
print(json.dumps({"python": sys.version.split()[0], "packages": found}))
`;

interface Probed {
  readonly python: string;
  readonly packages: Readonly<Record<string, { readonly version: string } | { readonly problem: string }>>;
}

/** Throws where the Python does not start, is too old, or cannot import a package of a version that will do. */
export async function requirePython(python: string, packages: Packages = leastPackages): Promise<void> {
  const probed = await ask(python, packages);
  const faults: string[] = isOlder(probed.python, leastPython) ? [`Python ${probed.python}`] : [];
  for (const [name, least] of Object.entries(packages)) {
    const found = probed.packages[name];
    if (found === undefined || 'problem' in found)
      faults.push(`no ${name} (${found === undefined ? 'not told' : firstLine(found.problem)})`);
    else if (isOlder(found.version, least)) faults.push(`${name} ${found.version}`);
  }
  if (faults.length > 0) throw peerIncomplete(python, faults, expectation(packages));
}

function expectation(packages: Packages): string {
  const named = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return `Python ${leastPython} with ${named.join(', ')}, or newer ones`;
}

async function ask(python: string, packages: Packages): Promise<Probed> {
  const { stdout, stderr } = await promisify(execFile)(python, ['-c', probe, ...Object.keys(packages)]).catch(
    (cause: Error & { readonly code?: unknown; readonly stderr?: string }) => {
      // A number is the exit code of a program that ran; anything else is why it did not.
      if (typeof cause.code !== 'number') throw noPeer(python, cause);
      throw peerSilent(python, `exit code ${cause.code}, ${lastLine(cause.stderr ?? '') || 'and no message'}`);
    },
  );
  try {
    return JSON.parse(lastLine(stdout)) as Probed;
  } catch {
    throw peerSilent(python, lastLine(stdout) || lastLine(stderr) || 'nothing');
  }
}

/** By the numbers that the least version has; what follows them (`+cpu`, `.dev0`) says nothing of age. */
export function isOlder(version: string, least: string): boolean {
  const found = numbersOf(version);
  for (const [place, wanted] of numbersOf(least).entries()) {
    const number = found[place] ?? 0;
    if (number !== wanted) return number < wanted;
  }
  return false;
}

function numbersOf(version: string): number[] {
  return version.split('.').map((part) => Number.parseInt(part, 10) || 0);
}

function firstLine(text: string): string {
  return text.split('\n')[0]!;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)!;
}
