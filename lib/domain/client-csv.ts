import { clientColumnNamed } from './client-import'
import { type CsvTable, readCsvTable } from './csv-table'

/** Splits a CSV text of clients into records by its header line. Returns a sentence when the header will not do. */
export const parseClientCsv = (text: string): CsvTable | { fault: string } =>
  readCsvTable(text, clientColumnNamed, [['name', 'company', 'person']])
