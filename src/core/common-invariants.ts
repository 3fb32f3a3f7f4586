import type { Invariant } from './check.ts'

/* What holds for the clients of every system. */

export const ownership: Invariant = {
  name: 'ownership',
  kind: 'isolation',
  sentence: 'Every marker that a client receives is its own.',
  byMarkers: true,
}

export const noStrayBytes: Invariant = {
  name: 'no-stray-bytes',
  kind: 'correctness',
  sentence: 'A client receives no bytes that it did not ask for and that no message of the protocol explains.',
}

export const witnessSilent: Invariant = {
  name: 'witness-silent',
  kind: 'isolation',
  sentence: 'A client that sends nothing receives nothing.',
}

export const commonInvariants: readonly Invariant[] = [ownership, noStrayBytes, witnessSilent]
