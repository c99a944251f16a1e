/** Pages through the items of a recorded run. */
import { stdout } from 'node:process';
import { jsonText } from '@linchpin/report';
import {
  chosenItems,
  flippedItems,
  itemInWords,
  legend,
  openRun,
  runInWords,
  type ShownItem,
} from '@linchpin/run-store';
import type { ShowFlags } from '../commands/show.ts';
import { withRunLog } from '../with-run-log.ts';

/** Items of a page where nothing is said. */
const pageLength = 10;

/** Some of the items that were asked for. */
interface Page {
  readonly items: readonly ShownItem[];
  /** How many there are, with those before and behind the page. */
  readonly total: number;
}

export async function showRun(name: string, flags: ShowFlags): Promise<void> {
  await withRunLog(flags, async (logOf) => {
    const run = await openRun(name, async () => logOf());
    const other = flags.flipped === undefined ? undefined : await openRun(flags.flipped, async () => logOf());
    const items = other === undefined ? chosenItems(run, flags) : flippedItems({ run, other }, flags);
    const limit = flags.limit ?? (flags.json === true ? Infinity : pageLength);
    const page = pageOf(items, flags.skip, limit);
    if (flags.json === true) {
      stdout.write(jsonText({ run: run.run, ...(other === undefined ? {} : { other: other.run }), ...page }));
      return;
    }
    const heads = [runInWords(run.run), ...(other === undefined ? [] : [`beside ${runInWords(other.run)} →`]), legend];
    const blocks = page.items.map((item) => itemInWords(item).join('\n'));
    stdout.write(`${[heads.join('\n'), ...blocks, pageInWords(page, flags)].join('\n\n')}\n`);
  });
}

function pageOf(items: Iterable<ShownItem>, skip: number, limit: number): Page {
  const shown: ShownItem[] = [];
  let total = 0;
  for (const item of items) {
    if (total >= skip && shown.length < limit) shown.push(item);
    total++;
  }
  return { items: shown, total };
}

/** Where the page lies, and how to see the next one. */
function pageInWords({ items, total }: Page, { skip }: ShowFlags): string {
  if (items.length === 0) return total === 0 ? 'No such items.' : `No items behind the first ${total}.`;
  const last = skip + items.length;
  const next = last < total ? `; the next ones with --skip ${last}` : '';
  return `Items ${skip + 1} to ${last} of ${total}${next}.`;
}
