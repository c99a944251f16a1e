/** A census as tables: a line an ablation, for files, for the terminal and for reports. */
import type { ArtifactCell, Cell, TableArtifact } from '@linchpin/report';
import { type CensusEntry, labelOf, type ModelCensus } from './measure-model.ts';
import { nameOf } from './subject.ts';

interface CensusColumn {
  readonly header: string;
  readonly decimals?: number;
  readonly cell: (entry: CensusEntry, census: ModelCensus) => Cell;
}

const lossDecimals = 4;

/** Behind the one that names the ablation. */
const measured: readonly CensusColumn[] = [
  { header: 'Loss', decimals: lossDecimals, cell: ({ change }, { baseline }) => baseline.nll + change },
  { header: 'Change', decimals: lossDecimals, cell: ({ change }) => change },
  { header: 'R', decimals: lossDecimals, cell: ({ relative }) => relative },
  { header: 'G', decimals: lossDecimals, cell: ({ beyondControls }) => beyondControls },
  { header: 'Interaction', decimals: lossDecimals, cell: ({ interaction }) => interaction?.value ?? null },
  { header: 'Together', cell: ({ interaction }) => interaction?.together ?? null },
];

const described: readonly CensusColumn[] = [
  { header: 'Unit', cell: ({ subjects }) => subjects[0]!.unit },
  { header: 'Group', cell: ({ subjects }) => (subjects.length > 1 ? 'pair' : subjects[0]!.group) },
  { header: 'Rank', cell: ({ subjects }) => (subjects.length > 1 ? null : subjects[0]!.rank || null) },
];

/** For files, with all digits. */
const fileColumns: readonly CensusColumn[] = [
  { header: 'model', cell: (_, { opened }) => opened.name },
  { header: 'ablated', cell: ({ subjects }) => subjects.map(nameOf).join(' + ') },
  ...described.map((column) => ({ ...column, header: column.header.toLowerCase() })),
  { header: 'factor', cell: ({ factor }) => factor },
  { header: 'magnitude', cell: ({ subjects }) => (subjects.length > 1 ? null : subjects[0]!.magnitude) },
  { header: 'loss', cell: ({ change }, { baseline }) => baseline.nll + change },
  { header: 'change', cell: ({ change }) => change },
  { header: 'change_se', cell: ({ standardError }) => standardError },
  { header: 'relative', cell: ({ relative }) => relative },
  { header: 'beyond_controls', cell: ({ beyondControls }) => beyondControls },
  { header: 'interaction', cell: ({ interaction }) => interaction?.value ?? null },
  { header: 'interaction_se', cell: ({ interaction }) => interaction?.standardError ?? null },
  { header: 'together', cell: ({ interaction }) => interaction?.together ?? null },
];

export function fileTable(censuses: readonly ModelCensus[]): { columns: string[]; rows: Cell[][] } {
  return {
    columns: fileColumns.map(({ header }) => header),
    rows: censuses.flatMap((census) =>
      census.entries.map((entry) => fileColumns.map(({ cell }) => cell(entry, census))),
    ),
  };
}

/** For the terminal: candidates and pairs, and of controls those that matter most. */
export function shortTable(censuses: readonly ModelCensus[]): {
  columns: { header: string; decimals?: number }[];
  rows: Cell[][];
} {
  const columns = [
    { header: 'Ablated', cell: (entry: CensusEntry) => labelOf(entry) },
    ...described,
    ...measured.slice(0, 2),
    { header: '±', decimals: lossDecimals, cell: ({ standardError }: CensusEntry) => standardError },
    ...measured.slice(2),
  ];
  return {
    columns: columns.map(({ header, ...more }) => ({
      header,
      ...('decimals' in more ? { decimals: more.decimals } : {}),
    })),
    rows: censuses.flatMap((census) => shownOf(census).map((entry) => columns.map(({ cell }) => cell(entry, census)))),
  };
}

/** Of the controls of one group, unit, matrix and factor the one with the largest effect. */
function shownOf({ entries }: ModelCensus): CensusEntry[] {
  const groups = Map.groupBy(entries.filter(isControl), ({ subjects: [subject], factor }) =>
    [subject!.layer, subject!.expert, subject!.unit, subject!.group, factor].join(' '),
  );
  const most = new Set(
    [...groups.values()].map((own) => own.reduce((a, b) => (Math.abs(b.change) > Math.abs(a.change) ? b : a))),
  );
  return entries.filter((entry) => !isControl(entry) || most.has(entry));
}

function isControl({ subjects }: CensusEntry): boolean {
  return subjects.length === 1 && subjects[0]!.group !== 'candidate';
}

type TableParts = Pick<TableArtifact, 'columns' | 'rows' | 'numbers'>;

/** For reports: all of it, every change with the number that it stands for. */
export function reportTable(censuses: readonly ModelCensus[]): TableParts {
  const columns = [...described, ...measured];
  const rows: TableParts['rows'][number][] = [];
  const numbers: TableParts['numbers'][number][] = [];
  for (const census of censuses) {
    // Behind the model's baseline.
    const first = numbers.length + 1;
    census.entries.forEach((entry, index) => {
      const cells = columns.map(({ header, cell }): ArtifactCell => {
        const value = cell(entry, census);
        if (header === 'Change') return { value, numbers: [first + index], ...errorOf(entry.standardError) };
        if (header === 'Interaction') return { value, numbers: [], ...errorOf(entry.interaction?.standardError) };
        return { value, numbers: [] };
      });
      const model = censuses.length > 1 ? `${census.opened.name} ` : '';
      rows.push({ label: `${model}${labelOf(entry)}`, cells });
    });
    numbers.push(...census.numbers);
  }
  return {
    columns: columns.map(({ header, decimals }) => (decimals === undefined ? { header } : { header, decimals })),
    rows,
    numbers,
  };
}

function errorOf(standardError: number | null | undefined): Pick<ArtifactCell, 'standardError'> {
  return typeof standardError === 'number' ? { standardError } : {};
}
