/** The style and the script of a report, which stand in its page: it loads nothing. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Html } from './html.ts';

export interface PageAssets {
  /** Elements, made here and not in a template: a formatter's white space would change what the policy's hash is of. */
  readonly style: Html;
  readonly script: Html;
  /** Content security policy under which this script is the only one that runs. */
  readonly policy: string;
}

export function readPageAssets(): PageAssets {
  const [style, script] = ['report.css', 'report.js'].map((name) =>
    readFileSync(new URL(`../../client/${name}`, import.meta.url), 'utf8'),
  ) as [string, string];
  const hash = createHash('sha256').update(script).digest('base64');
  // Charts carry style attributes, which no hash can allow.
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return { style: new Html(`<style>${style}</style>`), script: new Html(`<script>${script}</script>`), policy };
}
