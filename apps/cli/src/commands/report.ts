/** `linchpin report RUN…`: results as one HTML page. */
import type { Command } from 'commander';

export interface ReportFlags {
  readonly out: string;
  readonly title?: string;
}

const examples = `
Examples:
  linchpin report results
  linchpin report results/llama-7b results/olmo-1b --out report.html --title "Super weights of two models"`;

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .argument('<runs...>', 'folders that other commands have written results to, or their JSON files')
    .description('Write one self-contained HTML page of results: tables, charts, and where every number comes from.')
    .addHelpText('after', examples)
    .option('--out <FILE>', 'where the page goes', 'report.html')
    .option('--title <TEXT>', 'title of the page')
    .action(async (runs: string[], flags: ReportFlags) =>
      (await import('../actions/report.ts')).writeReport(runs, flags),
    );
}
