/** The findings of `doctor` as lines of text. */
import type { Findings } from './findings.ts';
import type { FolderSize } from './folder-size.ts';

export function findingsInWords(findings: Findings): string {
  const { versions, processor, store, free, datasets } = findings;
  const sections: (readonly [string, readonly string[]])[] = [
    ['Versions', Object.entries(versions).map(([name, version]) => `${name} ${version}`)],
    [
      'Processor',
      [
        processor.name,
        `${processor.cores} cores, ${processor.processors} processors; a session takes ${findings.threads} threads`,
        `instruction sets: ${processor.features?.join(' ') ?? 'not known'}`,
        `8-bit products: ${processor.exactIntegers ? 'exact' : 'not exact; quantize simulates them, split16 is refused'}`,
        `memory: ${inGibibytes(findings.memory)}`,
      ],
    ],
    ['Devices', findings.devices.map(({ name, engine, missing }) => `${name}: ${engine ?? `not there. ${missing}`}`)],
    [
      'Kept',
      [
        store === null
          ? 'store: none'
          : `store: ${store.file}, ${inGibibytes(store.bytes)}, ${store.batches} batches, ${store.runs} runs`,
        `encoded weights, and copies of GGUF files: ${sizeInWords(findings.encodedWeights)}`,
        `cache of the Hub: ${sizeInWords(findings.hubCache)}`,
        `disk: ${inGibibytes(free.store)} left for the store, ${inGibibytes(free.caches)} for the caches`,
      ],
    ],
    [
      `Data sets in ${datasets.folder}`,
      datasets.files.map(
        ({ name, recognised, problem }) => `${name}: ${recognised}${problem === undefined ? '' : ' ✗'}`,
      ),
    ],
  ];
  return sections.map(([title, lines]) => `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`).join('\n');
}

function sizeInWords({ folder, files, bytes }: FolderSize): string {
  return files === 0 ? `none in ${folder}` : `${inGibibytes(bytes)} in ${files} files in ${folder}`;
}

function inGibibytes(bytes: number): string {
  return bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
