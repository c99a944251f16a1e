/** Artifacts as JSON text and back. What is read was written by another run, perhaps another version: all of it is checked. */
import type { Artifact } from './artifact.ts';
import { artifactSchema } from './artifact-schema.ts';
import { artifactInvalid, notAnArtifact } from './errors.ts';

/** Raised when a reader of the former form would misunderstand the new one. */
const format = 'linchpin-result';
const version = 1;

/** JSON, indented. A number that is not finite is the string `Infinity`, `-Infinity` or `NaN`. */
export function artifactToJson(artifact: Artifact): string {
  return `${JSON.stringify({ format, version, ...artifact }, keepNonFinite, 2)}\n`;
}

/** Reads what `artifactToJson` has written. `file` is what errors call it. */
export function parseArtifact(text: string, file: string): Artifact {
  const content = parseJson(text, file);
  if (!isRecord(content) || content['format'] !== format) throw notAnArtifact(file, 'JSON of another kind');
  if (content['version'] !== version) throw notAnArtifact(file, `version ${JSON.stringify(content['version'])}`);
  const parsed = artifactSchema.safeParse(content);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw artifactInvalid(file, issue.path.join('.') || String(content['kind']), issue.message);
  }
  const broken = brokenReference(parsed.data);
  if (broken !== undefined) throw artifactInvalid(file, ...broken);
  return parsed.data;
}

/** Whether a text is an object that says nothing of its format: no result, whole or damaged. */
export function isOtherJson(text: string): boolean {
  try {
    const content: unknown = JSON.parse(text);
    return isRecord(content) && !Object.hasOwn(content, 'format');
  } catch {
    return false;
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notAnArtifact(file, `no JSON (${cause instanceof Error ? cause.message : String(cause)})`);
  }
}

/** Where a table does not fit together, and how; undefined where it does. */
function brokenReference(artifact: Artifact): readonly [where: string, problem: string] | undefined {
  if (artifact.kind !== 'table') return undefined;
  const { columns, rows, numbers } = artifact;
  for (const [index, { cells }] of rows.entries()) {
    if (cells.length !== columns.length) {
      return [`rows.${index}.cells`, `has ${cells.length} cells for ${columns.length} columns`];
    }
    const outside = cells.flatMap((cell) => cell.numbers).find((number) => number >= numbers.length);
    if (outside !== undefined) return [`rows.${index}.cells`, `refers to number ${outside} of ${numbers.length}`];
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function keepNonFinite(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
