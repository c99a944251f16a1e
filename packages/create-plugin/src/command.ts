/** What `npm create @linchpin/plugin` does with its arguments, as text and exit code. */
import { createPlugin } from './create-plugin.ts';
import { CreatePluginError, wrongArguments } from './errors.ts';

export interface CommandResult {
  /** 0 done, 2 wrong arguments or a folder that cannot be made. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const usage = `Usage: npm create @linchpin/plugin NAME

Makes the folder NAME with a plug-in for Linchpin: an intervention, its test and its settings.
NAME is that of the method, such as my-method.
`;

/** `folder` is the one in which the command was called. */
export function runCommand(words: readonly string[], folder: string): CommandResult {
  if (words.some((word) => word === '--help' || word === '-h')) return { exitCode: 0, stdout: usage, stderr: '' };
  try {
    const name = readName(words);
    const files = createPlugin({ name, parent: folder });
    return { exitCode: 0, stdout: nextSteps(name, files), stderr: '' };
  } catch (error) {
    if (!(error instanceof CreatePluginError)) throw error;
    return { exitCode: 2, stdout: '', stderr: `error: ${error.message}\n` };
  }
}

function readName(words: readonly string[]): string {
  const flag = words.find((word) => word.startsWith('-'));
  if (flag !== undefined) throw wrongArguments(`the flag ${flag}`);
  const [name, ...rest] = words;
  if (name === undefined) throw wrongArguments('none');
  if (rest.length > 0) throw wrongArguments(words.map((word) => JSON.stringify(word)).join(' '));
  return name;
}

function nextSteps(name: string, files: readonly string[]): string {
  return `Made ${name}:
${files.map((file) => `  ${file}`).join('\n')}

Next:
  cd ${name}
  npm install
  npm test
  npx @linchpin/cli nightly   # numbers of a small model with and without it, in one table
`;
}
