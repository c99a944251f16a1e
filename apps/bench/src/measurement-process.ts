/**
 * One measurement in a process of its own, so that its peak memory is its own. It opens the model when it is told the
 * work, says so, and begins when it is told to: several processes begin together.
 */
import process, { resourceUsage, stderr } from 'node:process';
import { isLinchpinError } from '@linchpin/errors';
import type { Order, Told } from './measure.ts';
import { type OpenedWorkload, openWorkload } from './workload.ts';

let opened: OpenedWorkload | undefined;

process.on('message', (order: Order) => {
  void carryOut(order).then(
    (told) => process.send?.(told),
    (error: unknown) => {
      if (!isLinchpinError(error)) throw error;
      stderr.write(`${error.message}\n`);
      process.exit(2);
    },
  );
});

async function carryOut(order: Order): Promise<Told> {
  if (order.kind === 'open') {
    opened = await openWorkload(order.options);
    return { kind: 'opened' };
  }
  const result = await opened!.run();
  return { kind: 'done', result, peakMemory: resourceUsage().maxRSS * 1024 };
}
