/** JUnit XML, which dashboards of builds read. */
import { create } from 'xmlbuilder2';

export interface TestCase {
  readonly class: string;
  readonly name: string;
  /** What the failure is; absent where the test passes. */
  readonly failure?: { readonly type: string; readonly message: string };
  readonly output: string;
}

/** One suite; `timestamp` is ISO 8601. Characters that XML cannot hold become U+FFFD. */
export function junitXml(cases: readonly TestCase[], timestamp: string): string {
  const counts = { tests: cases.length, failures: cases.filter(({ failure }) => failure !== undefined).length };
  const document = create({ version: '1.0', encoding: 'UTF-8', invalidCharReplacement: '\uFFFD' });
  const suites = document.ele('testsuites', { name: 'linchpin', ...counts });
  const suite = suites.ele('testsuite', { name: 'linchpin', timestamp, ...counts });
  for (const each of cases) {
    const element = suite.ele('testcase', { classname: each.class, name: each.name });
    if (each.failure !== undefined) element.ele('failure', each.failure).txt(each.output);
    else if (each.output !== '') element.ele('system-out').txt(each.output);
  }
  return document.end({ prettyPrint: true });
}
