import { type Cost, measure } from '../benchmark.ts'

/** What one round of a generator process is to do. */
export interface Round {
  /** The server's base URL, such as `http://127.0.0.1:8000/api`. */
  readonly url: string
  readonly connections: number
  readonly requests: number
}

export interface RoundResult extends Cost {
  readonly answered: number
}

/** The generator's side: does each round that its parent asks for, and tells what it cost this process in all its threads. */
export async function serveRounds(run: (round: Round) => Promise<number>): Promise<void> {
  process.on('message', async (round: Round) => {
    let answered = 0
    const cost = await measure(async () => {
      answered = await run(round)
    })
    process.send?.({ answered, ...cost } satisfies RoundResult)
  })
}
