import type { Cause } from '../../../../core/check.ts'
import type { PlannedClient } from '../../../../core/plan.ts'
import type { GatewayParams } from '../../params.ts'
import type { TopUserRow } from '../../wire/results.ts'
import type { User } from '../../wire/rows.ts'
import { formatDate } from '../../workload/calendar.ts'
import { openUpload } from '../../workload/open-upload.ts'

/** Uploads whose users are looked at. */
export interface SearchedUpload {
  readonly client: PlannedClient<GatewayParams>
  readonly iteration: number
}

/**
 * Explains birthdates in Q4 that no user of the recipient has: by the client whose users have them all. Birthdates are
 * a client's own in generated data; a data folder may give the same to several, who are suspects then.
 */
export async function findBirthdateOwners(
  rows: readonly TopUserRow[],
  own: SearchedUpload,
  others: readonly SearchedUpload[],
): Promise<Cause | undefined> {
  const ownDates = await listBirthdates(own)
  const foreign = rows.map(({ birthdate }) => birthdate).filter((date) => !ownDates.has(date))
  if (foreign.length === 0) return undefined
  const owners: SearchedUpload[] = []
  for (const upload of others) {
    const dates = await listBirthdates(upload)
    if (foreign.every((date) => dates.has(date))) owners.push(upload)
  }
  const clients = [...new Set(owners.map(({ client }) => client.arrival.client))]
  if (clients.length === 0) return undefined
  if (clients.length > 1) {
    return { clients, proof: 'suspected', message: `users of ${clients.length} clients have these birthdates` }
  }
  return { clients, proof: 'signature', message: `only users of client ${clients[0]} have these birthdates` }
}

async function listBirthdates({ client, iteration }: SearchedUpload): Promise<Set<string>> {
  const { datesFrom1970 } = client.params.rules
  const dates = new Set<string>()
  for await (const { rows } of openUpload(client, iteration).batchesOf('users')) {
    for (const { birthdateS } of rows as User[])
      dates.add(formatDate(datesFrom1970 ? Math.max(0, birthdateS) : birthdateS))
  }
  return dates
}
