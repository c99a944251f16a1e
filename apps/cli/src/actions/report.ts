/** Writes results as one HTML page. */
import { stdout } from 'node:process';
import { readArtifacts, reportToHtml, requireWritable, writeFileAtomically } from '@linchpin/report';
import type { ReportFlags } from '../commands/report.ts';

export async function writeReport(runs: readonly string[], { out, title }: ReportFlags): Promise<void> {
  await requireWritable(out);
  const artifacts = await readArtifacts(runs);
  const models = [...new Set(artifacts.flatMap(({ model }) => model.split(', ')))];
  const page = await reportToHtml({
    title: title ?? `What single weights do to ${models.join(' and ')}`,
    written: `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    artifacts,
  });
  await writeFileAtomically(out, page);
  stdout.write(`Report: ${out}\n`);
}
