import fc from 'fast-check'
import {
  accuracy,
  BitMask,
  bettiNumbers,
  clDice,
  confusion,
  countComponents,
  countJunctions,
  dice,
  eulerNumber,
  fBeta,
  iou,
  label,
  mcc,
  precision,
  recall,
  skeletonize,
  skeletonLength,
  specificity,
  type ThinningMethod,
} from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { bits, firstDifference, isClose } from '../oracle/compare.ts'
import { at, countSet, type Grid, grid, intersect, transpose } from '../oracle/grid.ts'
import { oracleBetti } from '../oracle/label.ts'
import { oracleClDice, oracleConfusion, oracleOverlap } from '../oracle/overlap.ts'
import { oracleThin } from '../oracle/thin.ts'
import { anyMask, masksOfOneSize } from './masks.ts'

const OVERLAP = { dice, iou, recall, precision, specificity, accuracy, fBeta, mcc }
const CONNECTIVITIES = [4, 8] as const
const METHODS: ThinningMethod[] = ['skimage', 'zhang-suen', 'guo-hall']

const anyConnectivity = fc.constantFrom(...CONNECTIVITIES)
const anyMethod = fc.constantFrom(...METHODS)

describe('metrics of the four counts', () => {
  it('equal plain formulas on plain counts', () => {
    const beta = fc.double({ min: 1e-3, max: 1e3, noNaN: true })
    fc.assert(
      fc.property(masksOfOneSize(2), beta, ([pred, truth], weight) => {
        const counts = oracleConfusion(pred, truth)
        expect(confusion(bits(pred), bits(truth))).toEqual(counts)
        const { fBeta: expected, ...others } = oracleOverlap(counts, weight)
        expect(isClose(fBeta(bits(pred), bits(truth), { beta: weight }), expected)).toBe(true)
        for (const [name, value] of Object.entries(others)) {
          const actual = OVERLAP[name as keyof typeof others](bits(pred), bits(truth))
          expect(isClose(actual, value), `${name}: ${actual} instead of ${value}`).toBe(true)
        }
      }),
    )
  })

  it('are symmetric where they should be, and swap where they should', () => {
    fc.assert(
      fc.property(masksOfOneSize(3), ([pred, truth, field]) => {
        for (const within of [undefined, bits(field)]) {
          const of = (f: typeof dice) => f(bits(pred), bits(truth), { within })
          const swapped = (f: typeof dice) => f(bits(truth), bits(pred), { within })
          for (const f of [dice, iou, accuracy, mcc, clDice]) expect(of(f), f.name).toBe(swapped(f))
          expect(of(recall)).toBe(swapped(precision))
          expect(of(precision)).toBe(swapped(recall))
        }
      }),
    )
  })

  it('stay between their bounds', () => {
    fc.assert(
      fc.property(masksOfOneSize(3), anyMethod, ([pred, truth, field], method) => {
        for (const within of [undefined, bits(field)]) {
          for (const f of [...Object.values(OVERLAP), clDice]) {
            const value = f(bits(pred), bits(truth), {
              within,
              ...(f === clDice && { thinning: method }),
            })
            expect(value, f.name).toBeLessThanOrEqual(1)
            expect(value, f.name).toBeGreaterThanOrEqual(f === mcc ? -1 : 0)
          }
        }
      }),
    )
  })

  it('give a mask against itself 1', () => {
    fc.assert(
      fc.property(masksOfOneSize(2), anyMethod, ([mask, field], method) => {
        for (const within of [undefined, bits(field)]) {
          for (const f of [...Object.values(OVERLAP), clDice]) {
            const options = { within, ...(f === clDice && { thinning: method }) }
            expect(f(bits(mask), bits(mask), options), f.name).toBe(1)
          }
        }
      }),
    )
  })

  it('look at the field of view only: the pixels outside might as well not be there', () => {
    /** The pixels inside the field of view, one after the other, as an image of one row. */
    const inside = (mask: Grid, field: Grid) => {
      const data = mask.data.filter((_, i) => field.data[i] === 1)
      return BitMask.from({ data, width: data.length, height: 1 })
    }
    fc.assert(
      fc.property(masksOfOneSize(3), ([pred, truth, field]) => {
        const within = bits(field)
        const p = inside(pred, field)
        const t = inside(truth, field)
        expect(confusion(bits(pred), bits(truth), { within })).toEqual(confusion(p, t))
        for (const f of Object.values(OVERLAP)) {
          const value = f(bits(pred), bits(truth), { within })
          expect(Object.is(value, f(p, t)), f.name).toBe(true)
        }
      }),
    )
  })

  it('do not care in which form a mask comes', () => {
    const faint = (mask: Grid) => ({ ...mask, data: Float32Array.from(mask.data, (v) => v * 9) })
    fc.assert(
      fc.property(masksOfOneSize(3), ([pred, truth, field]) => {
        for (const f of [...Object.values(OVERLAP), clDice]) {
          const raw = f(pred, truth, { within: field })
          expect(f(faint(pred), faint(truth), { within: faint(field) }), f.name).toBe(raw)
          expect(f(bits(pred), bits(truth), { within: bits(field) }), f.name).toBe(raw)
          expect(f(bits(pred), truth, { within: field }), f.name).toBe(raw)
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('clDice', () => {
  it('equals its definition, cut to the field of view by hand', () => {
    fc.assert(
      fc.property(masksOfOneSize(3), anyMethod, ([pred, truth, field], method) => {
        const p = intersect(pred, field)
        const t = intersect(truth, field)
        const value = clDice(bits(pred), bits(truth), { within: bits(field), thinning: method })
        expect(value).toBe(clDice(bits(p), bits(t), { thinning: method }))
        const hasSkeletons = [p, t].every((mask) => countSet(oracleThin(mask, method)) > 0)
        if (!hasSkeletons) return
        const expected = oracleClDice(p, t, method)
        expect(isClose(value, expected), `${value} instead of ${expected}`).toBe(true)
      }),
    )
  })
})

describe('transposing a mask', () => {
  it('changes no count that has no direction', () => {
    fc.assert(
      fc.property(masksOfOneSize(2), anyConnectivity, ([mask, other], connectivity) => {
        const a = bits(mask)
        const b = bits(transpose(mask))
        expect([b.width, b.height, b.count]).toEqual([a.height, a.width, a.count])
        for (const f of [countComponents, bettiNumbers, eulerNumber] as const) {
          expect(f(b, { connectivity }), f.name).toEqual(f(a, { connectivity }))
        }
        expect(skeletonLength(b)).toBe(skeletonLength(a))
        for (const method of ['crossing-number', 'pixels', 'clusters'] as const) {
          expect(countJunctions(b, { method }), method).toBe(countJunctions(a, { method }))
        }
        const [c, d] = [bits(other), bits(transpose(other))]
        expect(confusion(b, d)).toEqual(confusion(a, c))
        for (const f of Object.values(OVERLAP)) expect(f(b, d), f.name).toBe(f(a, c))
      }),
    )
  })
})

describe('label', () => {
  it('numbers parts of a partition in raster order', () => {
    fc.assert(
      fc.property(anyMask(), anyConnectivity, (mask, connectivity) => {
        const { labels, count, width, height } = label(bits(mask), { connectivity })
        expect([width, height, labels.length]).toEqual([mask.width, mask.height, mask.data.length])
        let seen = 0
        for (let i = 0; i < labels.length; i++) {
          if (labels[i] > 0 !== (mask.data[i] === 1)) expect.fail(`label ${labels[i]} at ${i}`)
          if (labels[i] > seen + 1) expect.fail(`label ${labels[i]} before ${seen + 1} at ${i}`)
          seen = Math.max(seen, labels[i])
          const x = i % width
          const y = (i - x) / width
          // Neighbours that connect have one label; the others touch nobody with another one.
          const steps =
            connectivity === 8
              ? [
                  [1, 0],
                  [0, 1],
                  [1, 1],
                  [-1, 1],
                ]
              : [
                  [1, 0],
                  [0, 1],
                ]
          for (const [dx, dy] of steps) {
            if (labels[i] === 0 || !at(mask, x + dx, y + dy)) continue
            if (labels[i + dy * width + dx] !== labels[i]) expect.fail(`neighbours differ at ${i}`)
          }
        }
        expect(seen).toBe(count)
        // Each part is connected: alone it is one component.
        for (const part of [1, Math.ceil(count / 2), count]) {
          if (count === 0) break
          const alone = { data: labels.map((value) => Number(value === part)), width, height }
          expect(countComponents(alone, { connectivity })).toBe(1)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('Betti numbers', () => {
  it.each(CONNECTIVITIES)(
    'χ = b0 − b1 with holes counted in the background, %s',
    (connectivity) => {
      fc.assert(
        fc.property(anyMask(), (mask) => {
          const { b0, b1 } = oracleBetti(mask, connectivity)
          const ours = bettiNumbers(bits(mask), { connectivity })
          expect(ours).toEqual({ b0, b1 })
          expect(eulerNumber(bits(mask), { connectivity })).toBe(b0 - b1)
          // The other way round: the holes are the background's components, less the outer one.
          const dual = connectivity === 4 ? 8 : 4
          const padded = grid(mask.width + 2, mask.height + 2, (x, y) => !at(mask, x - 1, y - 1))
          const background = bettiNumbers(bits(padded), { connectivity: dual })
          expect(background.b0 - 1).toBe(ours.b1)
          expect(background.b1).toBe(ours.b0)
        }),
        { numRuns: 60 },
      )
    },
  )
})

describe('thinning', () => {
  it.each(['skimage', 'guo-hall'] as const)('%s keeps components and holes', (method) => {
    fc.assert(
      fc.property(anyMask(), (mask) => {
        const skeleton = skeletonize(bits(mask), { method })
        expect(bettiNumbers(skeleton)).toEqual(bettiNumbers(bits(mask)))
      }),
      { numRuns: 150 },
    )
  })

  it('zhang-suen keeps holes, and erases components but makes none', () => {
    fc.assert(
      fc.property(anyMask(), (mask) => {
        const before = bettiNumbers(bits(mask))
        const after = bettiNumbers(skeletonize(bits(mask), { method: 'zhang-suen' }))
        expect(after.b1).toBe(before.b1)
        expect(after.b0).toBeLessThanOrEqual(before.b0)
      }),
      { numRuns: 150 },
    )
  })

  it('keeps only pixels of the mask, and thins a skeleton no further', () => {
    fc.assert(
      fc.property(anyMask(), anyMethod, (mask, method) => {
        const skeleton = skeletonize(bits(mask), { method })
        const again = skeletonize(skeleton, { method })
        expect(again.equals(skeleton)).toBe(true)
        const pixels = skeleton.toUint8Array()
        expect(
          firstDifference(
            pixels.map((value, i) => value & mask.data[i]),
            pixels,
          ),
        ).toBe('')
        const empty = mask.data.every((value) => value === 0)
        if (method !== 'zhang-suen') expect(skeleton.count === 0).toBe(empty)
      }),
      { numRuns: 100 },
    )
  })

  it('does not depend on what lies beyond the image', () => {
    fc.assert(
      fc.property(anyMask(70, 40), anyMethod, fc.nat(40), fc.nat(9), (mask, method, dx, dy) => {
        const { width, height } = mask
        const moved = grid(width + dx + 3, height + dy + 2, (x, y) => at(mask, x - dx, y - dy))
        const skeleton = skeletonize(bits(moved), { method })
        const expected = skeletonize(bits(mask), { method })
        expect(skeleton.count).toBe(expected.count)
        const view = { stride: [moved.width, 1], offset: dy * moved.width + dx }
        const cut = { data: skeleton.toUint8Array(), shape: [height, width], ...view }
        expect(BitMask.from(cut).equals(expected)).toBe(true)
      }),
      { numRuns: 100 },
    )
  })
})
