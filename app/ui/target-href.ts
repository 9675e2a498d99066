/** The page of a device or a job. */
export const targetHref = ({ kind, id }: { kind: string; id: number }) =>
  kind === 'job' ? `/jobs/${id}` : `/devices/${id}`
