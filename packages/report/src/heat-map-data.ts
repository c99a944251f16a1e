/** A matrix of numbers as data: what a heat map draws. */
export interface HeatMapData {
  readonly title: string;
  /** What rows are numbered or named by. */
  readonly rowLabel: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** One a row and column, shares of the whole; null where there is nothing that could have a share. */
  readonly values: readonly (readonly (number | null)[])[];
}
