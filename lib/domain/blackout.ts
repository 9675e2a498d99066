export const blackoutKinds = ['range', 'weekly', 'periods', 'open'] as const
export type BlackoutKind = (typeof blackoutKinds)[number]
