import { describe, expect, it } from 'vitest'
import { createResourceLedger } from './resource-ledger.ts'

const nothing = { sessions: 0, connections: 0, consumers: 0, queues: 0, buffers: 0, orphansFreed: 0 }

describe('a resource ledger', () => {
  it('counts what is held and frees it once', async () => {
    const ledger = createResourceLedger()
    let freed = 0
    const queue = ledger.acquire('s1', 'queues', () => void freed++)
    ledger.acquire('s1', 'buffers', () => {})
    expect(ledger.figures()).toEqual({ ...nothing, sessions: 1, queues: 1, buffers: 1 })
    await Promise.all([queue.free(), queue.free()])
    expect(freed).toBe(1)
    expect(ledger.figures()).toEqual({ ...nothing, sessions: 1, buffers: 1 })
  })

  it('frees a session newest first and touches no other', async () => {
    const ledger = createResourceLedger()
    const freed: string[] = []
    ledger.acquire('s1', 'connections', () => void freed.push('connection'))
    ledger.acquire('s1', 'queues', () => void freed.push('queue'))
    ledger.acquire('s1', 'consumers', () => void freed.push('consumer'))
    ledger.acquire('s2', 'queues', () => void freed.push('other'))
    await ledger.freeAll('s1')
    expect(freed).toEqual(['consumer', 'queue', 'connection'])
    expect(ledger.figures()).toEqual({ ...nothing, sessions: 1, queues: 1 })
  })

  it('sweeps what belongs to no live session', async () => {
    const ledger = createResourceLedger()
    ledger.acquire('gone', 'queues', () => {})
    ledger.acquire('gone', 'consumers', () => {})
    ledger.acquire('alive', 'queues', () => {})
    expect(await ledger.sweep((id) => id === 'alive')).toBe(2)
    expect(ledger.figures()).toEqual({ ...nothing, sessions: 1, queues: 1, orphansFreed: 2 })
    expect(await ledger.sweep((id) => id === 'alive')).toBe(0)
  })

  it('keeps what could not be freed, for the next sweep', async () => {
    const ledger = createResourceLedger()
    let broken = true
    ledger.acquire('s1', 'queues', async () => {
      if (broken) throw new Error('the broker is away')
    })
    await ledger.freeAll('s1')
    expect(ledger.figures().queues).toBe(1)
    expect(await ledger.sweep(() => false)).toBe(0)
    broken = false
    expect(await ledger.sweep(() => false)).toBe(1)
    expect(ledger.figures()).toEqual({ ...nothing, orphansFreed: 1 })
  })
})
