/** Names that do not fit side by side stand one below the other. */
import type { FigurePanel } from '../figure-data.ts';

/** Least distance of turned names, in pixels. */
const nameDistance = 14;

/** The panel, or the same with its axes changed places where the names of its x axis have no room. */
export function fitPanel(panel: FigurePanel, width: number): FigurePanel {
  const { x, y, series } = panel;
  if (x.names === undefined || y.names !== undefined || x.names.length * nameDistance <= width) return panel;
  const turned = series.map((each) => ({ ...each, points: each.points.map((point) => ({ x: point.y, y: point.x })) }));
  return { ...panel, x: y, y: x, series: turned };
}
