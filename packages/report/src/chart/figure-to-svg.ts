/**
 * A figure as SVG that stands alone or within a page: text colour and ground are those around it, the series' colours
 * follow the screen's colour scheme, and nothing is loaded.
 */
import { parseHTML } from 'linkedom';
import type { FigureData } from '../figure-data.ts';
import { describeFigure } from './describe-figure.ts';
import { drawLegend } from './draw-legend.ts';
import { drawPanel } from './draw-panel.ts';
import { fitPanel } from './fit-panel.ts';
import { figureStyle, type SeriesLooks, seriesLooks } from './series-looks.ts';
import { svgElement } from './svg-element.ts';

export interface ChartSize {
  /** In pixels; 760 when absent. Panels stand side by side where it has room for them. */
  readonly width?: number;
}

const defaultWidth = 760;
const panelHeight = 320;
/** Height of a name on the y axis. */
const nameHeight = 22;
const titleHeight = 24;
/** Width below which a panel is not put beside another. */
const leastPanelWidth = 340;
const gap = 20;
/** About the width of a bold character, as a share of the size of the font. */
const characterShare = 0.62;

/** One `svg` element with a title and a description. */
export function figureToSvg(figure: FigureData, { width = defaultWidth }: ChartSize = {}): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const looks = seriesLooks(figure.panels.flatMap(({ series }) => series));
  const legend = drawLegend(looks, { width, hasLines: hasLines(figure) }, document);
  const panels = placePanels(figure, { width, looks, document });
  const height = legend.height + panels.height;
  const svg = svgElement(document, 'svg', {
    xmlns: 'http://www.w3.org/2000/svg',
    class: 'linchpin-figure',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'font-family': 'system-ui, sans-serif',
  });
  panels.element.setAttribute('transform', `translate(0,${legend.height})`);
  svg.append(
    textElement(
      document,
      'title',
      figure.number === undefined ? figure.title : `Figure ${figure.number}: ${figure.title}`,
    ),
    textElement(document, 'desc', describeFigure(figure)),
    textElement(document, 'style', figureStyle),
    legend.element,
    panels.element,
  );
  nameByClass(svg);
  return svg.outerHTML;
}

/** The library labels groups that have no role; to readers of the page they are parts of one image. */
function nameByClass(svg: Element): void {
  for (const element of svg.querySelectorAll('[aria-label]')) {
    element.setAttribute('class', (element.getAttribute('aria-label') ?? '').replaceAll(/\W+/g, '-').toLowerCase());
    element.removeAttribute('aria-label');
  }
}

interface PlacedPanels {
  readonly element: Element;
  readonly height: number;
}

interface PanelGround {
  readonly width: number;
  readonly looks: SeriesLooks;
  readonly document: Document;
}

function placePanels({ panels }: FigureData, { width, looks, document }: PanelGround): PlacedPanels {
  const perRow = Math.max(1, Math.min(panels.length, Math.floor((width + gap) / (leastPanelWidth + gap))));
  const panelWidth = (width - gap * (perRow - 1)) / perRow;
  const element = svgElement(document, 'g', { 'text-anchor': 'start' });
  let top = 0;
  for (let first = 0; first < panels.length; first += perRow) {
    const row = panels.slice(first, first + perRow).map((panel) => fitPanel(panel, panelWidth));
    const titles = row.some(({ title }) => title !== undefined) ? titleHeight : 0;
    const height = Math.max(...row.map(({ y }) => Math.max(panelHeight, 72 + (y.names?.length ?? 0) * nameHeight)));
    for (const [index, panel] of row.entries()) {
      const left = index * (panelWidth + gap);
      if (panel.title !== undefined)
        element.append(panelTitle(document, panel.title, { left, top, width: panelWidth }));
      const drawn = drawPanel(panel, { width: panelWidth, height, looks, document });
      drawn.setAttribute('x', String(left));
      drawn.setAttribute('y', String(top + titles));
      element.append(drawn);
    }
    top += titles + height;
  }
  return { element, height: top };
}

function panelTitle(
  document: Document,
  title: string,
  { left, top, width }: { left: number; top: number; width: number },
): Element {
  const size = Math.min(14, width / (title.length * characterShare));
  const attributes = { x: left, y: top + 18, 'font-size': size, 'font-weight': 600, fill: 'currentColor' };
  const text = svgElement(document, 'text', attributes);
  text.textContent = title;
  return text;
}

function textElement(document: Document, name: string, text: string): Element {
  const element = svgElement(document, name, {});
  element.textContent = text;
  return element;
}

function hasLines({ panels }: FigureData): boolean {
  return panels.some(({ x, y }) => x.names === undefined && y.names === undefined);
}
