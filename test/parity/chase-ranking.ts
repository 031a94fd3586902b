import { BitMask, MultiObjectiveReward } from 'vessel-reward'

type Pairs = ReadonlyMap<string, { pred: BitMask; truth: BitMask }>

/** Mean rewards over the 28 images, established independently in Python: bounded, literal. */
const EXPECTED: Record<string, readonly [bounded: number, literal: number]> = {
  'truth dilated by a cross': [5.25, 5.25],
  'truth dilated by two 3×3 squares': [4.4, 4.4],
  'second observer': [4.03, 4.03],
  'W-Net': [2.61, -3.17],
  'truth eroded by a cross': [2.44, -7.71],
  'all-ones': [-0.04, -0.04],
  empty: [-4.19, -4.19],
}

const CROSS = [
  [0, 0],
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
]
const SQUARE = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [dx, dy]))

/** Dilates, or erodes where `value` is 0; outside the image is background. */
function spread(mask: BitMask, offsets: number[][], value: 0 | 1): BitMask {
  const { width, height } = mask
  const from = mask.toUint8Array()
  const data = new Uint8Array(from.length).fill(1 - value)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (const [dx, dy] of offsets) {
        const isInside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height
        const neighbour = isInside ? from[(y + dy) * width + x + dx] : 0
        if (neighbour === value) data[y * width + x] = value
      }
    }
  }
  return BitMask.from({ data, width, height })
}

function constant({ width, height }: BitMask, value: 0 | 1): BitMask {
  return BitMask.from({ data: new Uint8Array(width * height).fill(value), width, height })
}

/**
 * Prints the rewards of real and of worthless predictions of the CHASE_DB1 images.
 *
 * @returns what is not as it must be: a sentence each
 */
export function chaseRanking(pairs: Pairs): string[] {
  const names = [...pairs.keys()]
    .filter((key) => key.startsWith('CHASE_DB1-2ndHO/'))
    .map((key) => key.split('/')[1])
  const reward = new MultiObjectiveReward()
  const literal = new MultiObjectiveReward({ bounded: false })
  const scores: Record<string, { bounded: number[]; literal: number[] }> = {}
  console.log('CHASE_DB1, bounded reward  second observer    W-Net  all-ones    empty')
  for (const name of names) {
    const { truth, pred: observer } = pairs.get(`CHASE_DB1-2ndHO/${name}`)!
    const preds: Record<string, BitMask> = {
      'truth dilated by a cross': spread(truth, CROSS, 1),
      'truth dilated by two 3×3 squares': spread(spread(truth, SQUARE, 1), SQUARE, 1),
      'second observer': observer,
      'W-Net': pairs.get(`CHASE_DB1-wnet_drive/${name}`)!.pred,
      'truth eroded by a cross': spread(truth, CROSS, 0),
      'all-ones': constant(truth, 1),
      empty: constant(truth, 0),
    }
    for (const [label, pred] of Object.entries(preds)) {
      scores[label] ??= { bounded: [], literal: [] }
      scores[label].bounded.push(reward.score(pred, truth))
      scores[label].literal.push(literal.score(pred, truth))
    }
    const last = (label: string, width: number) =>
      scores[label].bounded.at(-1)?.toFixed(2).padStart(width)
    console.log(
      `${name.padEnd(25)}${last('second observer', 17)}${last('W-Net', 9)}${last('all-ones', 10)}${last('empty', 9)}`,
    )
  }
  const wrong: string[] = []
  console.log(`\nmean of ${names.length} images                 bounded   literal`)
  for (const [label, expected] of Object.entries(EXPECTED)) {
    const means = [scores[label].bounded, scores[label].literal].map(
      (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
    )
    console.log(`${label.padEnd(35)}${means.map((mean) => mean.toFixed(2).padStart(10)).join('')}`)
    if (means.some((mean, i) => mean.toFixed(2) !== expected[i].toFixed(2))) {
      wrong.push(
        `${label}: expected means ${expected.map((mean) => mean.toFixed(2)).join(' and ')}`,
      )
    }
  }
  for (const better of ['second observer', 'W-Net']) {
    for (const worse of ['all-ones', 'empty']) {
      const wins = (kind: 'bounded' | 'literal') =>
        scores[better][kind].filter((score, i) => score > scores[worse][kind][i]).length
      console.log(
        `${better} beats ${worse} on ${wins('bounded')} of ${names.length} images (literal: ${wins('literal')})`,
      )
      if (wins('bounded') !== names.length) wrong.push(`${better} must always beat ${worse}`)
    }
  }
  if (names.length !== 28) wrong.push(`expected 28 CHASE_DB1 images, got ${names.length}`)
  return wrong
}
