/**
 * A report as one HTML file that loads nothing: it can be sent, printed, read with a keyboard or a screen reader, and
 * opened in many years. Everything that comes from results is escaped.
 */
import type { Artifact } from '../artifact.ts';
import { directorySection } from './directory-section.ts';
import { figureSection } from './figure-section.ts';
import { generationSection } from './generation-section.ts';
import { type Html, html } from './html.ts';
import { readPageAssets } from './page-assets.ts';
import { settingsSection } from './settings-section.ts';
import { tableSection } from './table-section.ts';

/** What a report is made of. */
export interface Report {
  readonly title: string;
  /** When it was written, as readers should see it. */
  readonly written: string;
  /** In the order of the report within each kind. */
  readonly artifacts: readonly Artifact[];
}

/** A result with its place in the page. */
interface Section {
  readonly id: string;
  /** `Table 1`, `Figure 7`; what else it is where no paper has it. */
  readonly number: string;
  readonly artifact: Artifact;
}

const order: readonly Artifact['kind'][] = ['table', 'directory', 'figure', 'generation'];

/** A whole document. */
export function reportToHtml({ title, written, artifacts }: Report): string {
  const { style, script, policy } = readPageAssets();
  const sections = order
    .flatMap((kind) => artifacts.filter((artifact) => artifact.kind === kind))
    .map((artifact, index) => ({ id: `result-${index + 1}`, number: numberOf(artifact), artifact }));
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="linchpin" />
        <title>${title}</title>
        ${style}
      </head>
      <body>
        <a class="skip" href="#results">Skip to the results</a>
        <header class="page-head">
          <p class="eyebrow">Linchpin report</p>
          <h1>${title}</h1>
          <p class="written">Written ${written}</p>
        </header>
        <main>
          ${findings(sections)}${settingsSection(artifacts)}
          <div id="results">${sections.map(sectionOf)}</div>
        </main>
        <footer>
          <p>Written by <code>linchpin report</code>. The page loads nothing and sends nothing.</p>
        </footer>
        ${script}
      </body>
    </html> `;
  return page.text;
}

function numberOf(artifact: Artifact): string {
  switch (artifact.kind) {
    case 'table':
      return artifact.number === undefined ? 'Table' : `Table ${artifact.number}`;
    case 'directory':
      return artifact.number === undefined ? 'Directory' : `Table ${artifact.number}`;
    case 'figure':
      return artifact.figure.number === undefined ? 'Figure' : `Figure ${artifact.figure.number}`;
    case 'generation':
      return 'Generated text';
  }
}

/** What the results show, which is the table of contents too. */
function findings(sections: readonly Section[]): Html {
  return html`<nav class="findings" aria-labelledby="findings-title">
    <h2 id="findings-title">What it shows</h2>
    <ol>
      ${sections.map(
        ({ id, number, artifact }) =>
          html`<li>
            <a href="#${id}"><span class="tag">${number}</span> ${artifact.title}</a>
            <span class="quiet">${artifact.model}</span
            >${artifact.shows === undefined ? undefined : html`<p>${artifact.shows}</p>`}
          </li>`,
      )}
    </ol>
  </nav>`;
}

function sectionOf({ id, number, artifact }: Section): Html {
  return html`<section id="${id}" class="result ${artifact.kind}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">
      <span class="tag">${number}</span> ${artifact.title} <span class="model">${artifact.model}</span>
    </h2>
    ${contentOf(artifact, id)}
  </section> `;
}

function contentOf(artifact: Artifact, id: string): Html {
  switch (artifact.kind) {
    case 'table':
      return tableSection(artifact, id);
    case 'figure':
      return figureSection(artifact);
    case 'directory':
      return directorySection(artifact);
    case 'generation':
      return generationSection(artifact);
  }
}
