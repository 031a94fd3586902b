import { expect, test } from 'vitest'
import { mulberry32 } from '../../../../mulberry32.ts'
import { coarseLabel } from '../../../src/data/coarse-labels.ts'
import { smoothField } from '../../../src/data/smooth-field.ts'
import { FUNDUS_SIZE, syntheticFundus } from '../../../src/data/synthetic/synthetic-fundus.ts'
import { normal } from '../../../src/random.ts'
import { dataStatistics } from './data-statistics.ts'

test('equal seeds give equal images, others do not', () => {
  expect(syntheticFundus(7)).toEqual(syntheticFundus(7))
  expect(syntheticFundus(7).image).not.toEqual(syntheticFundus(8).image)
})

test('images are standardised inside a circular field of view and 0 outside', () => {
  for (let seed = 0; seed < 20; seed++) {
    const { size, image, truth, within, radius } = syntheticFundus(seed)
    expect(size).toBe(FUNDUS_SIZE)
    const inside = [...image].filter((_, i) => within[i] === 1)
    const mean = inside.reduce((a, b) => a + b) / inside.length
    const variance = inside.reduce((sum, x) => sum + (x - mean) ** 2, 0) / inside.length
    expect(mean).toBeCloseTo(0, 5)
    expect(variance).toBeCloseTo(1, 5)
    expect(inside.length).toBeGreaterThan(Math.PI * 29 ** 2)
    for (let i = 0; i < image.length; i++) {
      if (within[i] === 0) expect([image[i], truth[i]]).toEqual([0, 0])
      if (truth[i] === 0) expect(radius[i]).toBe(0)
      else {
        expect(radius[i]).toBeGreaterThan(0.3)
        expect(radius[i]).toBeLessThanOrEqual(1.75)
      }
    }
  }
})

test('thick vessels stand out more than thin ones', () => {
  const sums = { none: [0, 0], thin: [0, 0], thick: [0, 0] }
  for (let seed = 0; seed < 40; seed++) {
    const { image, truth, within, radius } = syntheticFundus(seed)
    for (let i = 0; i < image.length; i++) {
      if (within[i] === 0) continue
      const sum = sums[truth[i] === 0 ? 'none' : radius[i] < 0.7 ? 'thin' : 'thick']
      sum[0] += image[i]
      sum[1]++
    }
  }
  const mean = ([sum, count]: number[]) => sum / count
  expect(mean(sums.thin)).toBeLessThan(mean(sums.none) - 0.4)
  expect(mean(sums.thick)).toBeLessThan(mean(sums.thin) - 0.4)
})

test('vessels and coarse labels are on average as described', () => {
  const statistics = dataStatistics(120)
  const within = (value: number, low: number, high: number) => {
    expect(value).toBeGreaterThanOrEqual(low)
    expect(value).toBeLessThanOrEqual(high)
  }
  within(statistics.vesselShare, 0.118, 0.134)
  within(statistics.thinShare, 0.21, 0.29)
  within(statistics.skeleton, 270, 308)
  within(statistics.junctions, 15, 19)
  within(statistics.components, 1.2, 1.65)
  within(statistics.coarseRecall, 0.78, 0.86)
  within(statistics.coarsePrecision, 0.83, 0.9)
})

test('a coarse label keeps thick vessels, misses thin ones and stays inside', () => {
  const sample = syntheticFundus(3)
  const label = coarseLabel(sample, mulberry32(1))
  expect(label).toEqual(coarseLabel(sample, mulberry32(1)))
  expect(label).not.toEqual(coarseLabel(sample, mulberry32(2)))
  let missed = 0
  let added = 0
  for (let i = 0; i < label.length; i++) {
    if (sample.within[i] === 0) expect(label[i]).toBe(0)
    if (sample.radius[i] >= 0.7) expect(label[i]).toBe(1)
    if (sample.truth[i] === 1 && label[i] === 0) missed++
    if (sample.truth[i] === 0 && label[i] === 1) added++
  }
  expect(missed).toBeGreaterThan(0)
  expect(added).toBeGreaterThan(0)
})

test('normal numbers and smooth fields have mean 0 and variance 1 in every place', () => {
  const random = mulberry32(5)
  const moments = (values: number[]) => {
    const mean = values.reduce((a, b) => a + b) / values.length
    return [mean, values.reduce((sum, x) => sum + x * x, 0) / values.length]
  }
  const [mean, variance] = moments(Array.from({ length: 20_000 }, () => normal(random)))
  expect(Math.abs(mean)).toBeLessThan(0.03)
  expect(Math.abs(variance - 1)).toBeLessThan(0.05)
  for (const sigma of [1, 6, 10]) {
    const fields = Array.from({ length: 400 }, () => smoothField(32, sigma, random))
    for (const pixel of [0, 31, 500, 32 * 32 - 1]) {
      const [fieldMean, fieldVariance] = moments(fields.map((field) => field[pixel]))
      expect(Math.abs(fieldMean)).toBeLessThan(0.2)
      expect(Math.abs(fieldVariance - 1)).toBeLessThan(0.3)
    }
    // Neighbours k pixels apart correlate as exp(−k² / 4σ²).
    const k = Math.round(sigma)
    const products = fields.map((field) => field[500] * field[500 + k])
    const correlation = products.reduce((a, b) => a + b) / products.length
    expect(Math.abs(correlation - Math.exp(-(k * k) / (4 * sigma * sigma)))).toBeLessThan(0.2)
  }
})
