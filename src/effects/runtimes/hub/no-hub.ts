/** A hub that cannot be reached. */
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Hub } from '../../runtime.js'

export const noHub = (reason: string): Hub => ({
  list: ({ hub }) => TE.left({ tag: 'HubUnreachable', hub, reason }),
  read: ({ hub }) => TE.left({ tag: 'HubUnreachable', hub, reason }),
})
