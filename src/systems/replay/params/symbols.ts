/** Symbols of the reference server's built-in data, and what viewers watch where nothing is said. */
export const usualSymbols = ['BTCUSD', 'ETHUSD', 'SOLUSD', 'ADAUSD', 'XRPUSD', 'LTCUSD'] as const
