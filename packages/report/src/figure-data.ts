/** A figure as data: what is drawn, without a word on how. */

export interface FigureData {
  /** Number of the figure in its paper; absent for figures that no paper has. */
  readonly number?: number;
  readonly title: string;
  /** Coordinate systems side by side; most figures have one. */
  readonly panels: readonly FigurePanel[];
}

export interface FigurePanel {
  /** Absent where the figure's title says enough. */
  readonly title?: string;
  readonly x: FigureAxis;
  readonly y: FigureAxis;
  /** In the order of the legend. */
  readonly series: readonly FigureSeries[];
}

export interface FigureAxis {
  /** With the unit where there is one. */
  readonly label: string;
  readonly log?: boolean;
  /** The values of the axis are 0, 1, … and have these names; the values are numbers when absent. */
  readonly names?: readonly string[];
}

export interface FigureSeries {
  readonly label: string;
  /** In ascending order of x. */
  readonly points: readonly FigurePoint[];
  /** Printed numbers, which we have not computed. */
  readonly published?: boolean;
}

export interface FigurePoint {
  readonly x: number;
  /** May be infinite or NaN, as the perplexity of a broken model is: there is nothing to draw then. */
  readonly y: number;
}
