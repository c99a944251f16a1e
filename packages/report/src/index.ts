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
export { tableToCsv } from './csv.ts';
export { figureToSvg, heatMapToSvg, reportToHtml } from './drawn.ts';
export type { FigureAxis, FigureData, FigurePanel, FigurePoint, FigureSeries } from './figure-data.ts';
export { cannotWrite } from './errors.ts';
export { type Listing, listingTable, wrapCells } from './listing-table.ts';
export type { HeatMapData } from './heat-map-data.ts';
export { jsonText } from './json-text.ts';
export type { Report } from './page/report-to-html.ts';
export { readArtifacts } from './read-artifacts.ts';
export { renderTable } from './render-table.ts';
export { resultInWords, type ResultParts } from './result-in-words.ts';
export { resultRowsToCsv } from './result-rows-to-csv.ts';
export { corpusTable, taskTable } from './score-tables.ts';
export type { Cell, Column, Table } from './table.ts';
export { makeFolder, removeEmptyFolders, requireWritable } from './writable.ts';
export { writeFileAtomically } from './write-file-atomically.ts';
