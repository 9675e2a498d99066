export const userRoles = ['admin', 'operator', 'viewer'] as const
export type UserRole = (typeof userRoles)[number]
export type Right = 'read' | 'write' | 'admin'

const rightsOf: Record<UserRole, readonly Right[]> = {
  viewer: ['read'],
  operator: ['read', 'write'],
  admin: ['read', 'write', 'admin'],
}

/** Whether a role includes a right: viewers read, operators also change what is watched, admins also manage people. */
export function allows(role: UserRole, right: Right): boolean {
  return rightsOf[role].includes(right)
}

/** Somebody known: a person by cookie or Basic, or a script by API key (then userId and sessionId are null). */
export type Session = {
  userId: number | null
  email: string | null
  name: string
  role: UserRole
  via: 'cookie' | 'key' | 'basic'
  sessionId: string | null
}
