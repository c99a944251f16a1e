export { artifactToJson, parseArtifact } from './artifact-file.ts';
export type {
  Artifact,
  ArtifactCell,
  ArtifactColumn,
  ArtifactRow,
  Continuation,
  DirectoryArtifact,
  DirectoryModel,
  FigureArtifact,
  FoundWeight,
  GeneratedPrompt,
  GenerationArtifact,
  TableArtifact,
} from './artifact.ts';
export type { ChartSize } from './chart/figure-to-svg.ts';
export { figureToSvg, reportToHtml } from './drawn.ts';
export type { FigureAxis, FigureData, FigurePanel, FigurePoint, FigureSeries } from './figure-data.ts';
export { renderTable } from './render-table.ts';
export type { Report } from './report.ts';
export { resultRowsToCsv } from './result-rows-to-csv.ts';
export { resultRowsToJson } from './result-rows-to-json.ts';
export type { Cell, Column, Table } from './table.ts';
export { tableToCsv } from './table-to-csv.ts';
export { writeFileAtomically } from './write-file-atomically.ts';
