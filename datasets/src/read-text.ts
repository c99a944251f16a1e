import { emptyFile } from './errors.ts';
import { readLines } from './read-lines.ts';

/** The whole text of a file, newlines as they are. */
export async function readText(file: string): Promise<string> {
  const texts: string[] = [];
  for await (const { text } of readLines(file)) texts.push(text);
  const whole = texts.join('');
  if (whole.trim() === '') throw emptyFile(file);
  return whole;
}
