/** The README.md of an exported model: what was done to which model, with hashes, and how it is used. */
import { readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenedModel } from '@linchpin/harness';
import { fileHash, readFrontMatter } from '@linchpin/models';
import type { AppliedIntervention } from '@linchpin/plugin-api';
import { stringify } from 'yaml';
import type { Exported } from './export-format.ts';

export interface ExportedFile {
  /** Path inside the folder, with slashes. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface CardParts {
  readonly model: OpenedModel;
  readonly exported: Exported;
  /** The code that wrote it. */
  readonly code: string;
}

/** Where the card of the model goes that was exported, so that what it says and licenses stays. */
const originalCard = 'README.original.md';

/** Writes the card over whatever else is in the folder, and gives every file, the card included. */
export async function writeCard(folder: string, parts: CardParts): Promise<ExportedFile[]> {
  await rename(join(folder, 'README.md'), join(folder, originalCard)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  const files = await listFiles(folder);
  const card = join(folder, 'README.md');
  await writeFile(card, await cardText(parts, files));
  return [...files, { name: 'README.md', ...(await factsOf(card)) }];
}

async function listFiles(folder: string): Promise<ExportedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const files: ExportedFile[] = [];
  for (const path of paths.toSorted()) {
    const name = path.slice(folder.length + 1).replaceAll('\\', '/');
    files.push({ name, ...(await factsOf(path)) });
  }
  return files;
}

async function factsOf(path: string): Promise<Omit<ExportedFile, 'name'>> {
  return { bytes: (await stat(path)).size, sha256: await fileHash(path) };
}

async function cardText({ model, exported, code }: CardParts, files: readonly ExportedFile[]): Promise<string> {
  const { interventions, notes, use } = exported;
  const title =
    interventions.length === 0 ? model.name : `${model.name}, ${interventions.map(({ name }) => name).join(', ')}`;
  const hasOriginal = files.some(({ name }) => name === originalCard);
  const lines = [
    `# ${title}`,
    '',
    `Made of \`${model.name}\` by [Linchpin](https://github.com/linchpin-lm/linchpin) (${code}).` +
      (hasOriginal
        ? ` Its own card is [${originalCard}](${originalCard}); its license holds for this model, too.`
        : ''),
    '',
    '## What was done',
    '',
    ...(interventions.length === 0 ? ['Nothing was changed but the form.'] : interventions.flatMap(stepInWords)),
    '',
    ...notes.map((note) => `- ${note}`),
    '',
    '## Use',
    '',
    use,
    '',
    '## Files',
    '',
    `Content of the source, as Linchpin hashes a model: sha256 \`${await model.checkpoint.contentHash()}\`.`,
    '',
    '| file | bytes | sha256 |',
    '|---|---|---|',
    ...files.map(({ name, bytes, sha256 }) => `| ${name} | ${bytes} | \`${sha256}\` |`),
    '',
  ];
  return `---\n${stringify(await frontMatter(model, exported))}---\n\n${lines.join('\n')}`;
}

function stepInWords({ name, version, settings, remarks = [] }: AppliedIntervention, index: number): string[] {
  return [
    `${index + 1}. \`${name}\` (version ${version}) with \`${JSON.stringify(settings)}\``,
    ...remarks.map((remark) => `   - ${remark}`),
  ];
}

/** What the model's own card says, its block for this program included, and whose child this one is. */
async function frontMatter(
  { checkpoint, hubId }: OpenedModel,
  { library, tags, relation }: Exported,
): Promise<Readonly<Record<string, unknown>>> {
  const own = await readFrontMatter(checkpoint);
  const before = Array.isArray(own['tags']) ? own['tags'].map(String) : [];
  return {
    ...own,
    library_name: library,
    pipeline_tag: own['pipeline_tag'] ?? 'text-generation',
    ...(hubId === undefined ? {} : { base_model: hubId, base_model_relation: relation }),
    tags: [...new Set([...before, 'linchpin', ...tags])],
  };
}
