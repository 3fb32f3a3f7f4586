import { expect, it } from 'vitest'
import { ArrivalGate } from './arrival-gate.ts'

it('holds nobody back until it is told to, and all until it is told otherwise', async () => {
  const gate = new ArrivalGate()
  expect(gate.wait()).toBeUndefined()
  gate.pause()
  const held = gate.wait()
  gate.pause()
  expect(gate.wait()).toBe(held)
  gate.resume()
  await held
  expect(gate.wait()).toBeUndefined()
  gate.resume()
})
