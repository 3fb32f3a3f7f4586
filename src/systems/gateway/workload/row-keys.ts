import { mix32 } from '../../../core/hash.ts'

/*
 * Which store, user, month and items a generated transaction has. All of it follows from the index of the row, so that
 * rows are made in any order and nothing is remembered.
 *
 * Rows come in groups of nine. The first eight are two blocks of four; a block lies in one month and its eight item
 * lines hold each of the eight items once, so that any sixteen lines of one client would change the winners of another.
 * The ninth row lies before 2024, and the fourth before 06:00: they must count for nothing. The last row of all always
 * counts, so that every batch of two rows or more has a row that does.
 */
export const stores = 10
export const items = 8
export const linesPerTransaction = 2
const groupRows = 9
const blockRows = 4
/** January 2024 to June 2025, as in the real data. */
const months = Array.from({ length: 18 }, (_, month) => Date.UTC(2024, month, 1) / 1000)
const monthsBefore = Array.from({ length: 6 }, (_, month) => Date.UTC(2023, 6 + month, 1) / 1000)

export interface TransactionKeys {
  readonly storeId: number
  /** 0: anonymous. */
  readonly userId: number
  /** Counts from January 2024; -1 before. */
  readonly month: number
  readonly createdAtS: number
  /** The item of the first line; the second is its successor. */
  readonly firstItem: number
}

export function deriveKeys(seed: number, index: number, rows: number, users: number): TransactionKeys {
  const place = index % groupRows
  const isLast = index === rows - 1
  const isBefore = place === groupRows - 1 && !isLast
  const counted = index - Math.floor(index / groupRows)
  const turn = Math.floor(counted / stores)
  const storeId = 1 + ((counted + mix32(seed + turn)) % stores)
  const block = chooseBlock(index, place, rows)
  const month = isBefore ? -1 : mix32(seed ^ (block * 2 + 1)) % months.length
  const random = mix32(seed + Math.imul(index, 0x9e3779b1))
  const startOfMonth = isBefore ? monthsBefore[random % monthsBefore.length] : months[month]
  const isEarly = place === 3 && !isLast
  const inDay = isEarly ? (random >>> 5) % (6 * 3600) : 6 * 3600 + ((random >>> 5) % (17 * 3600))
  return {
    storeId,
    userId: isBefore ? 0 : moveUser(chooseUser(storeId, turn, users), seed, users),
    month,
    createdAtS: (startOfMonth as number) + (random % 28) * 86_400 + inDay,
    firstItem: (linesPerTransaction * (place % blockRows) + (mix32(seed - block) % items)) % items,
  }
}

export function itemOfLine(keys: TransactionKeys, line: number): number {
  return 1 + ((keys.firstItem + line) % items)
}

/** A block that is cut off by the end of the data joins the month of the block before, so that no month lacks an item. */
function chooseBlock(index: number, place: number, rows: number): number {
  const group = Math.floor(index / groupRows)
  const inGroup = place < blockRows ? 0 : 1
  const block = 2 * group + inGroup
  const end = group * groupRows + (inGroup + 1) * blockRows
  return end > rows && block > 0 ? block - 1 : block
}

const anonymous = 0
const other = 9
/** Who buys in the turns of one round of a store: 1, 2 and 3 are its top users. */
const round = [1, 2, 3, 1, 2, 1, anonymous, 3, 1, anonymous, 2, other, anonymous, 1, anonymous, anonymous]

/**
 * The third of a store's top users buys twice in a round, and before any other user does; an other user comes again
 * only after all others have had their turn. So the three are never in doubt.
 */
function chooseUser(storeId: number, turn: number, users: number): number {
  const role = round[turn % round.length] as number
  if (role === anonymous) return 0
  if (role !== other) return topUser(storeId, role, users)
  let chosen = 1 + (Math.floor(turn / round.length) % (users - 3))
  for (let rank = 1; rank <= 3; rank++) if (chosen >= topUser(storeId, rank, users)) chosen++
  return chosen
}

/** Top users are spread evenly over all users, so that each batch of users holds some. */
function topUser(storeId: number, rank: number, users: number): number {
  return 1 + Math.floor((((storeId - 1) * 3 + rank - 1) * users) / (3 * stores))
}

/**
 * Clients have different top users. Else counts that clients share would have the same three at their top, and a server
 * that tells only birthdates would answer as if it counted each client's alone.
 */
function moveUser(userId: number, seed: number, users: number): number {
  return userId === 0 ? 0 : 1 + ((userId + mix32(seed)) % users)
}

/** At least the top users of all stores; never so many that a batch of them holds no top user. */
export function countUsers(rows: number, batchRows: number): number {
  return Math.max(3 * stores, Math.min(Math.floor(rows / 10), 2000, 15 * batchRows))
}
