export type CheckKind = 'mail' | 'push' | 'channel' | 'keeper' | 'dead_man'
