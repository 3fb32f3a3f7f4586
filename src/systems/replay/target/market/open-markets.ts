import { hash32 } from '../../../../core/hash.ts'
import type { ReplaySettings } from '../settings.ts'
import type { Market } from './feed.ts'
import { generateMarket } from './generated-market.ts'
import { readMarketFile } from './read-market-file.ts'
import { replayRecordings } from './recorded-market.ts'

/** When the generated data to replay begin. */
const dataStartMs = Date.parse('2024-01-02T09:30:00.000Z')

/** All that there is to watch. */
export interface Markets {
  readonly symbols: readonly string[]
  readonly replay: Market
  readonly live: Market
  /** A market that nobody else has. */
  simulate(): Market
}

/** Throws a `McsimError` where the data cannot be read. */
export async function openMarkets(settings: ReplaySettings): Promise<Markets> {
  const { stepMs, marketSeed: seed, rows, dataFile } = settings
  const recordings = dataFile === undefined ? [] : await readMarketFile(dataFile, settings.symbols[0] as string)
  const symbols = dataFile === undefined ? settings.symbols : recordings.map(({ symbol }) => symbol)
  const common = { symbols, stepMs, startMs: dataStartMs, rows: undefined }
  let simulated = 0
  return {
    symbols,
    replay:
      dataFile === undefined ? generateMarket({ ...common, mode: 'REPLAY', seed, rows }) : replayRecordings(recordings),
    live: generateMarket({ ...common, mode: 'LIVE', seed: hash32('LIVE', seed), startMs: Date.now() }),
    simulate: () => generateMarket({ ...common, mode: 'SIMULATION', seed: hash32(`SIMULATION ${++simulated}`, seed) }),
  }
}
