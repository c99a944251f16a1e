/** Plain lists of `linchpin ls`: objects as JSON, the same as a table in text and CSV. */
import { stdout } from 'node:process';
import {
  jsonText,
  type Listing,
  listingTable,
  renderTable,
  tableToCsv,
  wrapCells,
  writeFileAtomically,
} from '@linchpin/report';
import type { OutputFlags } from './flags.ts';

export async function printListing(listing: Listing, flags: OutputFlags): Promise<void> {
  if (flags.csv !== undefined) await writeFileAtomically(flags.csv, tableToCsv(listingTable(listing, '; ')));
  stdout.write(flags.json === true ? jsonText(listing) : `${renderTable(wrapCells(listingTable(listing, '\n')))}\n`);
}
