/** What is drawn. The plotting and document libraries are large: they are loaded when the first drawing is asked for. */
import type { ChartSize } from './chart/figure-to-svg.ts';
import type { FigureData } from './figure-data.ts';
import type { HeatMapData } from './heat-map-data.ts';
import type { Report } from './page/report-to-html.ts';

/** A figure as one `svg` element with a title and a description, which stands alone or within a page. */
export async function figureToSvg(figure: FigureData, size?: ChartSize): Promise<string> {
  const drawing = await import('./chart/figure-to-svg.ts');
  return drawing.figureToSvg(figure, size);
}

/** A heat map as one `svg` element with a title and a description. */
export async function heatMapToSvg(map: HeatMapData): Promise<string> {
  const drawing = await import('./chart/heat-map-to-svg.ts');
  return drawing.heatMapToSvg(map);
}

/** A report as one HTML document that loads nothing. */
export async function reportToHtml(report: Report): Promise<string> {
  const page = await import('./page/report-to-html.ts');
  return page.reportToHtml(report);
}
