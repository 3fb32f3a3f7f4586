export interface Transaction {
  readonly id: string
  readonly storeId: number
  readonly userId: number
  readonly amount: number
  readonly at: string
}

export interface Item {
  readonly itemId: number
  readonly quantity: number
  readonly subtotal: number
  readonly at: string
}

/** What one client has uploaded. Rows that come in several batches are kept in these, because leaks move whole ones. */
export interface Upload {
  readonly transactions: Transaction[][]
  readonly items: Item[][]
  readonly birthdates: Map<number, string>
  readonly storeNames: Map<number, string>
  readonly itemNames: Map<number, string>
}

/** Reads the rows of a BATCH frame's body into `upload`, as `systems/gateway.md` §3.1 lays them out. */
export function readBatch(body: Buffer, upload: Upload): void {
  let at = 8
  const u32 = () => {
    at += 4
    return body.readUInt32BE(at - 4)
  }
  const text = () => {
    const length = u32()
    at += length
    return body.toString('utf8', at - length, at)
  }
  const skip = (texts: number) => {
    for (let i = 0; i < texts; i++) text()
  }
  const readers: Readonly<Record<number, () => void>> = {
    1: () => {
      const [id, storeId] = [text(), u32()]
      u32()
      skip(1)
      const userId = u32()
      skip(2)
      upload.transactions.at(-1)?.push({ id, storeId, userId, amount: Number(text()), at: text() })
    },
    2: () => {
      skip(1)
      const [itemId, quantity] = [u32(), u32()]
      skip(1)
      upload.items.at(-1)?.push({ itemId, quantity, subtotal: Number(text()), at: text() })
    },
    3: () => {
      const userId = u32()
      skip(1)
      upload.birthdates.set(userId, text())
      skip(1)
    },
    4: () => upload.storeNames.set(u32(), text()),
    5: () => {
      upload.itemNames.set(u32(), text())
      skip(5)
    },
  }
  const kind = body.readUInt32BE(0)
  if (kind === 1) upload.transactions.push([])
  if (kind === 2) upload.items.push([])
  while (at < body.length) readers[kind]?.()
}
