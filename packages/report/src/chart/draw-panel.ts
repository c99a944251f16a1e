/** One coordinate system of a figure, drawn by Observable Plot. */
import { axisX, axisY, dot, gridX, gridY, line, type Markish, plot, ruleX, ruleY } from '@observablehq/plot';
import type { FigureAxis, FigurePanel, FigurePoint, FigureSeries } from '../figure-data.ts';
import { axisScale, axisTicks, isOnAxis, tickText } from './axis-scale.ts';
import type { SeriesLook, SeriesLooks } from './series-looks.ts';

export interface PanelFrame {
  readonly width: number;
  readonly height: number;
  readonly looks: SeriesLooks;
  readonly document: Document;
}

/** Series of more points have no symbols, which would hide the line. */
const mostSymbols = 60;

/** Distance of symbols of the same name, in pixels. */
const symbolShift = 7;

/** About the width of a character of the labels, in pixels. */
const characterWidth = 6.4;

/** An `svg` element of the document. */
export function drawPanel(panel: FigurePanel, { width, height, looks, document }: PanelFrame): Element {
  const { x, y, series } = panel;
  const drawn = series.flatMap((each) => drawnPoints(panel, each));
  const leftMargin = y.names === undefined ? 52 : 20 + Math.min(width / 2.5, longest(y.names) * characterWidth);
  const needsTurn = x.names !== undefined && isCrowded(x.names, width - leftMargin);
  const along = { x: drawn.map((point) => point.x), y: drawn.map((point) => point.y) };
  return plot({
    document,
    width,
    height,
    style: { fontSize: '12px', overflow: 'visible' },
    marginLeft: leftMargin,
    marginRight: 24,
    marginTop: 30,
    marginBottom: needsTurn ? 24 + Math.min(90, longest(x.names ?? []) * characterWidth * 0.7) : 42,
    x: axisScale(x, along.x),
    y: axisScale(y, along.y),
    marks: [
      ...gridOf(panel, along),
      ...axesOf(panel, along, needsTurn),
      ...spans(panel, drawn),
      ...marksOf(panel, looks),
    ],
  });
}

/** What is drawn, along each axis. */
interface Along {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

function axesOf({ x, y }: FigurePanel, along: Along, isTurned: boolean): Markish[] {
  return [
    axisX({ ...ticksOf(x, along.x), text: tickText(x), tickRotate: isTurned ? -40 : 0 }),
    axisY({ ...ticksOf(y, along.y), text: tickText(y) }),
  ];
}

/** Lines across from the axis of the values. */
function gridOf({ x, y }: FigurePanel, along: Along): Markish[] {
  if (y.names === undefined) return [gridY(ticksOf(y, along.y))];
  return x.names === undefined ? [gridX(ticksOf(x, along.x))] : [];
}

function ticksOf(axis: FigureAxis, values: readonly number[]): { ticks?: number[] } {
  const ticks = axisTicks(axis, values);
  return ticks === undefined ? {} : { ticks };
}

/** Points that have a place in the coordinate system. */
export function drawnPoints({ x, y }: Pick<FigurePanel, 'x' | 'y'>, { points }: FigureSeries): FigurePoint[] {
  return points.filter((point) => isOnAxis(x, point.x) && isOnAxis(y, point.y));
}

function marksOf(panel: FigurePanel, looks: SeriesLooks): Markish[] {
  const isNamed = panel.x.names !== undefined || panel.y.names !== undefined;
  return panel.series.flatMap((series, index) => {
    const look = looks.get(series.label)!;
    const points = drawnPoints(panel, series);
    const symbols = isNamed || points.length <= mostSymbols ? [symbolMark(points, look, shiftOf(panel, index))] : [];
    // Between names there is nothing that a line could show.
    return isNamed ? symbols : [lineMark(panel, series, look), ...symbols];
  });
}

/** Broken where a value has no place: a line across the gap would claim one. */
function lineMark(panel: FigurePanel, { points }: FigureSeries, { color, isPublished }: SeriesLook): Markish {
  const height = (point: FigurePoint): number =>
    isOnAxis(panel.x, point.x) && isOnAxis(panel.y, point.y) ? point.y : Number.NaN;
  return line(points, {
    x: 'x',
    y: height,
    stroke: color,
    strokeWidth: 2,
    ...(isPublished ? { strokeDasharray: '5 4' } : {}),
  });
}

/** At a name, series stand beside each other: equal values would hide one another. */
function shiftOf({ x, y, series }: FigurePanel, index: number): { dx?: number; dy?: number } {
  const shift = (index - (series.length - 1) / 2) * symbolShift;
  if (x.names !== undefined) return { dx: shift };
  return y.names === undefined ? {} : { dy: shift / 2 };
}

function symbolMark(
  points: readonly FigurePoint[],
  { color, symbol, isPublished }: SeriesLook,
  shift: { dx?: number; dy?: number },
): Markish {
  return dot(points, {
    ...shift,
    x: 'x',
    y: 'y',
    symbol,
    r: 4.2,
    stroke: color,
    strokeWidth: 1.8,
    fill: isPublished ? 'none' : color,
  });
}

/** For every name, a thin line from its least to its greatest value. */
function spans({ x, y }: FigurePanel, points: readonly FigurePoint[]): Markish[] {
  const look = { stroke: 'currentColor', strokeOpacity: 0.25 };
  if (x.names !== undefined) {
    return [ruleX(extents(points, 'x', 'y'), { x: 'at', y1: 'least', y2: 'most', ...look })];
  }
  if (y.names === undefined) return [];
  return [ruleY(extents(points, 'y', 'x'), { y: 'at', x1: 'least', x2: 'most', ...look })];
}

function extents(
  points: readonly FigurePoint[],
  at: 'x' | 'y',
  along: 'x' | 'y',
): { at: number; least: number; most: number }[] {
  return [...Map.groupBy(points, (point) => point[at])].map(([position, group]) => {
    const values = group.map((point) => point[along]);
    return { at: position, least: Math.min(...values), most: Math.max(...values) };
  });
}

function isCrowded(names: readonly string[], width: number): boolean {
  return (longest(names) + 2) * characterWidth > width / Math.max(1, names.length);
}

function longest(names: readonly string[]): number {
  return Math.max(0, ...names.map((name) => name.length));
}
