import { createHash } from 'node:crypto'
import type { BitMask } from 'vessel-reward'
import { LADDERS } from 'vessel-reward/audit'
import { expect, test } from 'vitest'
import { vesselMask } from '../../examples/procedural-vessels.ts'
import { PITFALL_MASKS } from '../../src/audit/checks/pitfall-masks.ts'
import { honestMasks } from '../../src/audit/exploits/honest-masks.ts'
import { OPERATIONS } from '../../src/audit/exploits/operations.ts'

const [tree, other] = [1, 2].map((seed) => vesselMask({ width: 200, height: 168, seed }))

/** A digest that changes with any pixel. */
function digestOf(masks: readonly BitMask[]): string {
  const hash = createHash('sha256')
  for (const mask of masks) {
    hash.update(`${mask.width} × ${mask.height}\n`).update(mask.toUint8Array())
  }
  return hash.digest('hex').slice(0, 8)
}

const digests = (groups: Iterable<readonly [string, readonly BitMask[]]>) =>
  Object.fromEntries(Array.from(groups, ([name, masks]) => [name, digestOf(masks)]))

// Masks are drawn from seeds, so that a report can be made again. Where a change is meant, look at
// the masks before the new digests are put in.
test('the masks of the pitfalls are, to the pixel, as they were', () => {
  const groups = Object.entries(PITFALL_MASKS).map(([name, mask]) => [name, [mask]] as const)
  expect(digests(groups)).toEqual({
    borderAddedAsBridge: 'b7cc7590',
    borderAddedAsSpecks: 'f340c54a',
    borderLostAsGap: '09abb4c3',
    borderLostAsTwig: '9ee21ed2',
    elsewhere: 'ed186417',
    empty: 'f6c2831f',
    farEmpty: '41b3b1c3',
    farTree: '120f76a7',
    full: '7aeadcd9',
    half: '74d08363',
    mirrored: '9592a907',
    moved: '69f37695',
    muchThicker: 'b882d7fd',
    noPixel: 'd9b5260d',
    onePixel: '2f56c637',
    partOfRow: 'd620795d',
    row: '9118911d',
    shifted: 'c070707f',
    specks: '58149e5c',
    straight: '83e63277',
    thicker: '0f94cbc3',
    thinner: '1d0cec5d',
    tree: '1a3783fd',
    withBridge: '47d0da4b',
    withGap: 'c4e1e929',
    withOutlier: 'a4ed394d',
    withSpecks: 'b50b84fb',
    withoutTwig: '85ceaef7',
  })
})

test('the masks of the ladders are, to the pixel, as they were', () => {
  const groups = LADDERS.map((ladder) => [ladder.name, ladder.masks(tree, 5)] as const)
  expect(digests(groups)).toEqual({
    bridges: 'dc2665ff',
    dilation: 'c35310e2',
    erosion: '7f8e0955',
    'gap length': 'a518ddc2',
    gaps: '27f4b1d0',
    hairs: '6c40caf1',
    'missing branches': 'fbdff3e3',
    'shift diagonal': 'bcee5620',
    'shift down': 'a81891c3',
    'shift right': 'a2d55e9d',
    speckle: '86f8b13d',
  })
})

test('honest masks are, to the pixel, as they were', () => {
  const groups = [3, 4].flatMap((seed) =>
    honestMasks(tree, seed).map(({ name, mask }) => [`${name}, seed ${seed}`, [mask]] as const),
  )
  expect(digests(groups)).toEqual({
    'rough borders, gaps and specks, seed 3': 'db46bdf8',
    'rough borders, gaps and specks, seed 4': '362b9093',
    'rough borders, seed 3': '794a4781',
    'rough borders, seed 4': '813bf10d',
  })
})

test('what operations make is, to the pixel, as it was', () => {
  const groups = Object.entries(OPERATIONS).map(([name, { range, apply }]) => {
    const amounts = [range[0], Math.min(range[1], 3 * range[0])]
    return [name, amounts.map((amount) => apply(tree, amount, { other, seed: 6 }))] as const
  })
  expect(digests(groups)).toEqual({
    checkerboard: 'e920b470',
    dilate: '8a8b642f',
    empty: '4fc8a7be',
    erode: 'eab315b8',
    full: '433ff8f3',
    grid: '499d9840',
    holes: '1194e7da',
    mirror: 'a6691fcc',
    other: '41c1afab',
    outline: 'd0beb389',
    part: 'da477f64',
    punch: 'b48bd9e1',
    shift: 'e94ed516',
    sieve: '092eeda9',
    skeleton: '1d09ef09',
    speckle: '1e4b31e5',
    spray: 'a5277e85',
    thick: '66e477c3',
  })
})
