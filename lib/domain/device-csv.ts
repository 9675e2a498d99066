import { type CsvTable, readCsvTable } from './csv-table'
import { fieldNamed } from './device-import'

export type DeviceCsv = CsvTable

/** Splits a CSV text of devices into records by its header line. Returns a sentence when the header will not do. */
export const parseDeviceCsv = (text: string): DeviceCsv | { fault: string } =>
  readCsvTable(text, fieldNamed, [['name'], ['address']])
