import { Command, Option } from 'commander';
import { expect, it } from 'vitest';
import { commandPages } from './command-pages.ts';

it('writes arguments, flags, choices, defaults and examples of every command', () => {
  const program = new Command('p').description('What p is.').addHelpText('afterAll', '\nExit codes: 0 done.');
  program
    .command('make')
    .description('Make things.')
    .argument('<things...>', 'what is made')
    .option('--out <DIR|->', 'where <it> goes', 'results')
    .addOption(new Option('--how <WAY>', 'the way').choices(['a', 'b']))
    .addHelpText('after', '\nA remark.\n\nExamples:\n  p make x\n  p make y z');
  const pages = commandPages(program);
  expect([...pages.keys()]).toEqual(['docs/commands/index.md', 'docs/commands/make.md']);
  expect(pages.get('docs/commands/index.md')).toContain('| [make](make.md) | Make things. |');
  expect(pages.get('docs/commands/index.md')).toContain('Exit codes: 0 done.');
  expect(pages.get('docs/commands/make.md')).toBe(`# p make

Written from the command's own help. Do not edit.

Make things.

\`\`\`text
p make [options] <things...>
\`\`\`

| argument | meaning |
|---|---|
| \`things…\` | what is made |

| flag | meaning |
|---|---|
| \`--out <DIR\\|->\` | where \\<it> goes; default \`results\` |
| \`--how <WAY>\` | the way; one of \`a\`, \`b\` |

A remark.

\`\`\`sh
p make x
p make y z
\`\`\`
`);
});
