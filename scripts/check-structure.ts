/**
 * Checks the structure rules; prints every violation, or those in paths with the given text, then the packages' sizes:
 *
 *     node scripts/check-structure.ts [text]
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crumbsOf, shortFiles } from './structure/crumbs.ts';
import { rules } from './structure/rules.ts';
import { folderLines, codeBudget, codeLines, sizeOf } from './structure/sizes.ts';
import { readWorkspace } from './structure/workspace.ts';

const [text = ''] = process.argv.slice(2);
const workspace = readWorkspace(dirname(dirname(fileURLToPath(import.meta.url))));

for (const [name, rule] of Object.entries(rules)) {
  for (const { path, message } of rule(workspace).filter((violation) => violation.path.includes(text))) {
    console.log(`${path}: ${message} [${name}]`);
    process.exitCode = 1;
  }
}

/** Outside this range, comments either miss or repeat the code; in a package of a few lines the share says nothing. */
const usual = { from: 0.08, to: 0.3, minimumCode: 100 };

for (const pack of workspace.packages.filter(({ kind }) => kind !== 'tests')) {
  const { code, share } = sizeOf(pack);
  const isUnusual = code >= usual.minimumCode && (share < usual.from || share > usual.to);
  const percent = `${(share * 100).toFixed(0)} % comments${isUnusual ? ' (unusual)' : ''}`;
  // Told, not forbidden: a short file may well be one concept.
  const short = `${shortFiles(pack).length} short files, of which ${crumbsOf(pack).length} only pass on`;
  console.log(`${pack.name.padEnd(44)} ${String(code).padStart(5)} lines, ${percent}; ${short}`);
}
console.log(`packages and apps: ${codeLines(workspace)} of ${codeBudget} lines`);
for (const { folder, lines, budget } of folderLines(workspace)) {
  console.log(`${folder}: ${lines} of ${budget} lines, tests, blanks and comments included`);
}
