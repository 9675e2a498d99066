/** Kept in the domain, as what is planned from them is decided there; readers take them from here. */
export type * from '@/lib/domain/source-records'
