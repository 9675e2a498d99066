import type { Status } from '@/lib/domain/status'
import type { IconName } from '../icons'

/** One line of the search's answer. */
export type Finding = {
  kind: 'device' | 'job' | 'client' | 'incident' | 'page'
  href: string
  name: string
  detail: string
  status?: Status
  icon?: IconName
}
