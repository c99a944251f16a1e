/** Fetches, lists and verifies the data sets of the Hub. */
import { realpath, stat } from 'node:fs/promises';
import { stdout } from 'node:process';
import {
  datasetNames,
  fetchDataset,
  findCachedDataset,
  type FoundDataset,
  manifest,
  verifyDataset,
} from '@linchpin/datasets';
import { requireWritable, type Listing } from '@linchpin/report';
import { terminalReporter } from '@linchpin/terminal';
import { dataDamaged, dataNotFetched } from '../errors.ts';
import { FailedCheck } from '../exit-codes.ts';
import type { OutputFlags } from '../flags.ts';
import type { Invocation } from '../invocation.ts';
import { printListing } from '../listing.ts';

const allNames = Object.keys(manifest);

export async function fetchData(names: readonly string[], flags: OutputFlags, { ending }: Invocation): Promise<void> {
  await requireWritable(flags.csv);
  const { signal } = ending;
  const reporter = terminalReporter({ quiet: flags.quiet, signal });
  const listing: Listing[number][] = [];
  const usual = allNames.filter((name) => manifest[name]?.purpose !== 'examples');
  for (const name of names.length === 0 ? usual : datasetNames(names)) {
    const found = await fetchDataset(name, {
      signal,
      onlyHub: true,
      onProgress(progress) {
        signal.throwIfAborted();
        reporter.download(progress);
      },
    }).catch((error: unknown) => {
      // For whoever downloads, an interrupt is a download that broke off.
      signal.throwIfAborted();
      throw error;
    });
    const { recognised, damage } = await verifyDataset(found);
    if (damage !== null) throw dataDamaged(name, { damage, file: await realpath(found.file) });
    listing.push({ ...(await listed(name, found)), rows: recognised });
  }
  await printListing(listing, flags);
}

export async function listData(flags: OutputFlags): Promise<void> {
  await requireWritable(flags.csv);
  const listing: Listing[number][] = [];
  for (const name of allNames) listing.push(await listed(name, await findCachedDataset(name)));
  await printListing(listing, flags);
}

export async function verifyData(names: readonly string[], flags: OutputFlags): Promise<void> {
  await requireWritable(flags.csv);
  const listing: Listing[number][] = [];
  const problems: string[] = [];
  for (const name of names.length === 0 ? allNames : datasetNames(names)) {
    const found = await findCachedDataset(name);
    if (found === undefined && names.length > 0) throw dataNotFetched(name);
    if (found === undefined) continue;
    const verified = await verifyDataset(found);
    problems.push(...verified.problems.map((problem) => `problem: ${name}: ${problem}`));
    listing.push({
      ...(await listed(name, found)),
      rows: verified.recognised,
      problems: verified.problems.length,
    });
  }
  if (listing.length === 0 && flags.json !== true) stdout.write('No data sets in the cache.\n');
  else await printListing(listing, flags);
  if (problems.length > 0) throw new FailedCheck(problems.join('\n'));
}

async function listed(name: string, found: FoundDataset | undefined): Promise<Listing[number]> {
  const { hubId, config, split, licence } = manifest[name]!;
  return {
    name,
    hub: [hubId, config].filter(Boolean).join(' '),
    split,
    licence,
    revision: found?.origin?.revision ?? null,
    bytes: found === undefined ? null : (await stat(found.file)).size,
    file: found?.file ?? null,
  };
}
