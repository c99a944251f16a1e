export { findProtocol, type Protocol, protocolNames } from './commonsense/protocol.ts';
export { publishedAccuracies } from './commonsense/published.ts';
export { type CommonsenseSet, commonsenseSets, firstLabel } from './commonsense/sets.ts';
export { findTable } from './find-table.ts';
export { tables } from './generated/tables.ts';
export type { RowSpecification, SmtTable, SmtTableOption, SmtTableOptions } from './tables/smt-table.ts';
export { commonsenseTable } from './tables/table-commonsense.ts';
