import { createHash } from 'node:crypto';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import {
  exampleDirectory,
  exampleFigure,
  exampleGeneration,
  exampleTable,
  hostile,
} from '../../test/example-artifacts.ts';
import { reportToHtml } from './report-to-html.ts';

const artifacts = [exampleGeneration, exampleFigure, exampleDirectory, exampleTable];
const page = reportToHtml({ title: hostile, written: 'today', artifacts });
const { document } = parseHTML(page);

function textOf(selector: string): string {
  return document.querySelector(selector)?.textContent?.replaceAll(/\s+/g, ' ').trim() ?? '';
}

describe('reportToHtml', () => {
  it('loads nothing and runs no script but its own', () => {
    expect(document.querySelectorAll('[src], link, iframe, object')).toHaveLength(0);
    expect([...document.querySelectorAll('[href]')].map((link) => link.getAttribute('href')?.[0])).toEqual(
      expect.not.arrayContaining(['h', '/']),
    );
    const scripts = [...document.querySelectorAll('script')].map((script) => script.textContent ?? '');
    expect(scripts).toHaveLength(1);
    const policy = document.querySelector('meta[http-equiv]')?.getAttribute('content');
    const hash = createHash('sha256').update(scripts[0]!).digest('base64');
    expect(policy).toContain(`default-src 'none'`);
    expect(policy).toContain(`script-src 'sha256-${hash}'`);
  });

  it('escapes whatever comes from results', () => {
    expect(textOf('h1')).toBe(hostile);
    expect(document.querySelectorAll('img')).toHaveLength(0);
  });

  it('begins with what is shown and under which settings', () => {
    expect(textOf('.findings')).toContain('Nothing at all.');
    expect(textOf('.settings')).toContain('toy ab');
    expect(textOf('.settings')).toContain('bos never');
  });

  it('orders results by kind: tables, directories, figures, texts', () => {
    expect([...document.querySelectorAll('.result h2 .tag')].map((tag) => tag.textContent)).toEqual([
      'Table 1',
      'Table 2',
      'Figure 6',
      'Generated text',
    ]);
  });

  it('shows published numbers beside ours, and values that are not finite', () => {
    const [, first] = document.querySelectorAll('.table tbody tr:first-child > *');
    expect(first?.textContent?.replaceAll(/\s+/g, ' ')).toBe('80.50± 1.25published 78.67');
    expect(first?.getAttribute('data-value')).toBe('80.5');
    expect(textOf('.table tbody tr:nth-child(2)')).toContain('∞');
  });

  it('has a card of provenance for every number that has any', () => {
    const buttons = [...document.querySelectorAll('button.value')];
    expect(buttons).toHaveLength(3);
    for (const button of buttons) {
      const card = document.getElementById(button.getAttribute('popovertarget') ?? '');
      expect(card?.hasAttribute('popover')).toBe(true);
      for (const text of ['Engine', 'Commit', 'Interventions', 'prune-super-weight']) {
        expect(card?.textContent).toContain(text);
      }
    }
  });

  it('says of each found weight whether papers print it', () => {
    expect(textOf('.directory tbody')).toContain('✗ not printed');
    expect(textOf('.directory tbody')).toContain('printed, not found: layer 2 [3, 8]');
    expect(textOf('.directory tbody tr:last-child')).toContain('none found');
  });

  it('gives the points of a figure as a table', () => {
    expect(document.querySelectorAll('.figure .points tbody tr')).toHaveLength(4);
  });

  it('has every id once', () => {
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
