/** Reads the file that vitest's JSON reporter writes. */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

export interface SkippedTest {
  readonly name: string;
  readonly reason: string;
}

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly SkippedTest[];
}

/** The part of the report that is read; it has the shape of jest's. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Counts test cases; a file that fails outside its tests, and a run that fails outside its files, count as one failure. */
export function countTests(reportFile: string, succeeded: boolean, root: string): TestCounts {
  if (!existsSync(reportFile)) return { passed: 0, failed: 1, skipped: [] };
  const report = JSON.parse(readFileSync(reportFile, 'utf8')) as Report;
  let passed = 0;
  let failed = 0;
  const skipped: SkippedTest[] = [];
  for (const file of report.testResults) {
    const failedBefore = failed;
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'passed') passed++;
      else if (status === 'failed') failed++;
      else skipped.push(describeSkip(relative(root, file.name), fullName));
    }
    if (file.status === 'failed' && failed === failedBefore) failed++;
  }
  if (!succeeded && failed === 0) failed = 1;
  return { passed, failed, skipped };
}

/** The reason of a skip stands at the end of the title, because the report carries nothing else. */
function describeSkip(file: string, title: string): SkippedTest {
  const [, name = title, inBrackets, plain] = /^(.*?)\s*(?:\(skipped: (.*)\)|skipped: (.*))$/.exec(title) ?? [];
  return { name: `${file} ${name}`.trimEnd(), reason: inBrackets ?? plain ?? 'the title gives no reason' };
}
