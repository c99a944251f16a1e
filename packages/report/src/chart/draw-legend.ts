/** The legend of a figure: a sample of each series and its label, in as many lines as the width asks for. */
import { dot, line, plot } from '@observablehq/plot';
import type { SeriesLook, SeriesLooks } from './series-looks.ts';
import { svgElement } from './svg-element.ts';

const lineHeight = 22;
const sampleWidth = 34;
const characterWidth = 7;
const gap = 18;

export interface Legend {
  readonly element: Element;
  readonly height: number;
}

/** `hasLines` is whether the series are drawn as lines. */
export function drawLegend(
  looks: SeriesLooks,
  { width, hasLines }: { readonly width: number; readonly hasLines: boolean },
  document: Document,
): Legend {
  const element = svgElement(document, 'g', { 'aria-label': 'Legend', 'font-size': '13' });
  let x = 0;
  let row = 0;
  for (const [label, look] of looks) {
    const entryWidth = sampleWidth + label.length * characterWidth + gap;
    if (x > 0 && x + entryWidth > width) {
      x = 0;
      row++;
    }
    element.append(drawEntry(label, { look, x, y: row * lineHeight, hasLines }, document));
    x += entryWidth;
  }
  return { element, height: (row + 1) * lineHeight };
}

interface Entry {
  readonly look: SeriesLook;
  readonly x: number;
  readonly y: number;
  readonly hasLines: boolean;
}

function drawEntry(label: string, { look, x, y, hasLines }: Entry, document: Document): Element {
  const group = svgElement(document, 'g', { transform: `translate(${x},${y})` });
  const text = svgElement(document, 'text', { x: sampleWidth, y: 15, 'text-anchor': 'start', fill: 'currentColor' });
  text.textContent = label;
  group.append(drawSample(look, hasLines, document), text);
  return group;
}

function drawSample({ color, symbol, isPublished }: SeriesLook, hasLines: boolean, document: Document): Element {
  const dash = isPublished ? { strokeDasharray: '5 4' } : {};
  const ends = [0, 26].map((x) => ({ x, y: 0 }));
  return plot({
    document,
    width: 26,
    height: lineHeight,
    margin: 0,
    style: { overflow: 'visible' },
    x: { axis: null, domain: [0, 26] },
    y: { axis: null, domain: [-1, 1] },
    marks: [
      ...(hasLines ? [line(ends, { x: 'x', y: 'y', stroke: color, strokeWidth: 2, ...dash })] : []),
      dot([{ x: 13, y: 0 }], {
        x: 'x',
        y: 'y',
        symbol,
        r: 4.2,
        stroke: color,
        strokeWidth: 1.8,
        fill: isPublished ? 'none' : color,
      }),
    ],
  });
}
