import { describe, expect, test } from 'vitest'
import { vesselMask } from '../../../examples/procedural-vessels.ts'
import { TOPOLOGY_ERROR_KINDS, type TopologyError, topologyErrors } from '../../../src/index.ts'
import { type Corruption, corrupt, type Network, networkOf } from './topology-corruptions.ts'

const SIZE = 224
const NETWORKS = 25
const networks: Network[] = Array.from({ length: NETWORKS }, (_, i) =>
  networkOf(vesselMask({ width: SIZE, height: SIZE, seed: i + 1 })),
)

/** A reported place may lie so many pixels beside the pixels that were changed. */
const NEAR = 3

/** The errors that were not made, and those made that were not found. */
function difference(found: readonly TopologyError[], made: readonly Corruption[]) {
  const missed = [...made]
  const wrong = found.filter(({ kind, x, y }) => {
    const index = missed.findIndex(
      (error) =>
        error.kind === kind &&
        error.pixels.some(
          (pixel) => Math.hypot((pixel % SIZE) - x, Math.floor(pixel / SIZE) - y) <= NEAR,
        ),
    )
    if (index >= 0) missed.splice(index, 1)
    return index < 0
  })
  return { wrong, missed: missed.map(({ kind, pixels }) => ({ kind, at: pixels[0] })) }
}

describe('1,000 cases with errors that were made: exactly those are found', () => {
  test.each([
    ...TOPOLOGY_ERROR_KINDS.map((kind) => [kind, [kind]] as const),
    ['all four kinds', TOPOLOGY_ERROR_KINDS] as const,
  ])('%s', { timeout: 60_000 }, (_, kinds) => {
    const failures: unknown[] = []
    let made = 0
    for (let i = 0; i < 200; i++) {
      const network = networks[i % NETWORKS]
      const { pred, errors } = corrupt(network, kinds, kinds.length === 4 ? 4 : 1 + (i % 4), i)
      expect(errors.length).toBeGreaterThan(0)
      made += errors.length
      const { wrong, missed } = difference(topologyErrors(pred, network.mask), errors)
      if (wrong.length + missed.length > 0) failures.push({ case: i, wrong, missed })
    }
    expect(failures).toEqual([])
    expect(made).toBeGreaterThan(kinds.length === 4 ? 750 : 450)
  })
})
