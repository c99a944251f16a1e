/** The files of a night. */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import type { RecordedRun } from '@linchpin/plugin-api';
import {
  comparisonJunit,
  comparisonMarkdown,
  comparisonText,
  firstRunJunit,
  firstRunMarkdown,
  numbersOf,
  type RunComparison,
} from '@linchpin/regression';
import { cannotWrite, jsonText, renderTable, writeFileAtomically } from '@linchpin/report';

export interface NightFiles {
  /** The whole run, as `linchpin runs export` writes it. */
  readonly run: string;
  readonly markdown: string;
  readonly junit: string;
  readonly json: string;
}

export function nightFiles(folder: string): NightFiles {
  return {
    run: join(folder, 'run.linchpin'),
    markdown: join(folder, 'nightly.md'),
    junit: join(folder, 'nightly.xml'),
    json: join(folder, 'nightly.json'),
  };
}

export interface NightReport {
  readonly text: string;
  readonly markdown: string;
  readonly junit: string;
  readonly json: string;
}

/** `comparison` is absent where there was no baseline. */
export function reportNight(run: RecordedRun, comparison: RunComparison | undefined, files: NightFiles): NightReport {
  if (comparison === undefined) {
    const rows = run.parts.flatMap((part) => part.rows);
    const advice = adviceOn(files.run);
    return {
      text: `${renderTable(numbersOf(run))}\n\nRun ${run.id}. ${advice}\n`,
      markdown: firstRunMarkdown(run, advice),
      junit: firstRunJunit(run),
      json: jsonText({ verdict: null, run: { id: run.id, environment: run.environment }, rows }),
    };
  }
  return {
    text: comparisonText(comparison),
    markdown: comparisonMarkdown(comparison),
    junit: comparisonJunit(comparison),
    json: jsonText(comparison),
  };
}

function adviceOn(file: string): string {
  return (
    'There was no baseline to compare with. To make this run the baseline, copy ' +
    `${file} to a place where it stays, and name it with --baseline, or as nightly.baseline in linchpin.config.ts.`
  );
}

/** Writes the files, and adds the Markdown to the summary of the workflow that runs the command, where one does. */
export async function writeReport({ markdown, junit, json }: NightReport, files: NightFiles): Promise<void> {
  await writeFileAtomically(files.markdown, markdown);
  await writeFileAtomically(files.junit, junit);
  await writeFileAtomically(files.json, json);
  const summary = env['GITHUB_STEP_SUMMARY'];
  if (summary === undefined || summary === '') return;
  try {
    await appendFile(summary, `${markdown}\n`);
  } catch (cause) {
    throw cannotWrite(summary, cause);
  }
}
