import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { RunEvent } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import { mergeHealth, observeHealth, reportHealth } from './generator-health.ts'

const arrived = (scheduledAtMs: number, atMs: number): RunEvent => ({
  type: 'arrived',
  client: 0 as ClientIndex,
  scheduledAtMs,
  atMs,
})

it('a blocked event loop shows as delay and as a busy thread', async () => {
  const health = observeHealth()
  await sleep(30)
  const until = performance.now() + 100
  while (performance.now() < until);
  await sleep(30)
  const { busyShare, loopDelayP99Ms, peakRssBytes } = health.conclude()
  expect(loopDelayP99Ms).toBeGreaterThan(60)
  expect(busyShare).toBeGreaterThan(0.05)
  expect(peakRssBytes).toBeGreaterThan(10_000_000)
})

it('lateness is how much after the plan clients arrived', () => {
  const health = observeHealth()
  health.observe(arrived(10, 12))
  health.observe(arrived(20, 20))
  const { latenessP50Ms, latenessP99Ms } = reportHealth(health.conclude())
  expect([latenessP50Ms, latenessP99Ms]).toEqual([0, 2])
})

it('of several threads the worst counts and lateness is pooled', () => {
  const thread = (busyShare: number, lateMs: number) => {
    const health = observeHealth()
    health.observe(arrived(0, lateMs))
    return { ...health.conclude(), busyShare }
  }
  const merged = mergeHealth(JSON.parse(JSON.stringify([thread(0.2, 1), thread(0.7, 9)])))
  expect(merged.busyShare).toBe(0.7)
  expect(reportHealth(merged)).toMatchObject({ cpuShare: 0.7, latenessP50Ms: 1, latenessP99Ms: 9 })
})
