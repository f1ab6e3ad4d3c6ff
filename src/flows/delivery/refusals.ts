/** Why something was not sent, in our words: for the outbox, and for whoever looks at it. */
import type { Outcome } from '../../connectors/connector.ts'
import type { Link } from '../../store/change.ts'

/** Status 0: we refuse it ourselves. */
export const refused = (detail: string, status = 0): Outcome<never> => ({ outcome: 'refused', status, stale: false, detail })

/** `link`: what the partner still has of it. */
export const barred = (why: string, link: Link | undefined): Outcome<never> => refused(link ? `${why} ${keeps(link)}` : why)

const keeps = ({ remoteType, remoteId }: Link): string =>
  `The partner still has the copy that it was sent before, as ${remoteType}/${remoteId}: ask there to have it removed or restricted. Sent again once it may be, it is brought up to date.`

/** Whether it stays here is for a person to settle. */
export const noLonger = refused('The partner no longer has this resource.', 410)

export const noConsent = 'It wants a consent of the client that permits this, and none in force does.'
export const unasked =
  'Nothing was sent: a community organization is told of referrals that are addressed to it, and of what they name.'
export const noForm = 'Nothing was sent: as it stands, partners of this flavour have no form for it.'
export const mayStand =
  'An earlier attempt was not answered, and this partner cannot be asked whether it arrived: look there, and send it again if it did not.'
