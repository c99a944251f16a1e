/** What of the processor decides how fast, and whether exactly, products are computed. */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

export interface Processor {
  readonly name: string;
  /** Instruction sets that matrix products use, by the kernel's names; null where the system does not say. */
  readonly features: readonly string[] | null;
}

/** x86: vectors, half precision, 8-bit products, tiles. ARM: 8-bit products and half precision. */
const relevant = (
  'avx2 fma f16c avx_vnni avx512f avx512_vnni avx512_bf16 amx_tile amx_int8 amx_bf16 ' +
  'asimd asimddp asimdhp i8mm bf16 sve'
).split(' ');

/** `read` gives the text of a file, empty where there is none. */
export function describeProcessor(read: (path: string) => string = readText): Processor {
  const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(read('/proc/cpuinfo'))?.[1];
  const found = new Set(line?.split(/\s+/));
  return {
    name: cpus()[0]?.model ?? 'unknown',
    features: line === undefined ? null : relevant.filter((feature) => found.has(feature)),
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
