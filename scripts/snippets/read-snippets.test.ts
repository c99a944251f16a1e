import { expect, it } from 'vitest';
import { readSnippets, toSource } from './read-snippets.ts';

const markdown = `# Title

\`\`\`ts
const a = 1;
\`\`\`

\`\`\`sh
not code
\`\`\`

\`\`\`ts no-run
const b = 2;
const c = 3;
\`\`\`

\`\`\`ts
// src/d.ts
export const d = 4;
\`\`\`
`;

it('reads the TypeScript blocks, where they begin, whether they are run, and which file they are', () => {
  expect(readSnippets(markdown)).toEqual([
    { line: 4, code: 'const a = 1;\n', isRun: true },
    { line: 12, code: 'const b = 2;\nconst c = 3;\n', isRun: false },
    { line: 17, code: '// src/d.ts\nexport const d = 4;\n', isRun: false, file: 'src/d.ts' },
  ]);
});

it('keeps the line numbers', () => {
  const source = toSource({ line: 12, code: 'const b = 2;\n', isRun: true });
  expect(source.split('\n').indexOf('const b = 2;') + 1).toBe(12);
});
