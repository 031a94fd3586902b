import { aggregate, type BitMask, compare } from 'vessel-reward'
import type { Adapter } from '../model/lora.ts'
import type { Segmenter } from '../model/segmenter.ts'
import type { ImageReward, Reference } from '../ppo/image-reward.ts'
import { type CaliberImage, caliberTable, recallByCaliber } from './caliber-recall.ts'
import type { PictureRow } from './pictures.ts'
import { rimErrors, rimText } from './rim-errors.ts'
import { bestThreshold, METRICS, type MetricName, maskOf, type Scores, scoresOf } from './scores.ts'

/** The words of tables, pictures and summaries for what is compared. */
export const METHODS = {
  base: 'base',
  threshold: 'best threshold',
  trained: 'PPO + LoRA',
  start: 'start of PPO',
  shuffled: 'shuffled advantages',
  supervised: 'supervised LoRA',
  observer: 'second observer',
  labels: 'true labels',
} as const

/** What a method is called at its best threshold instead of the default one. */
export function atItsThreshold(method: string): string {
  return method === METHODS.base ? METHODS.threshold : `${method}, its threshold`
}

/** Scores of each method on every image, by the method's name. */
export type Methods = Record<string, Scores[]>

/** Images that methods are compared on. */
export interface JudgedImages {
  /** What they are, in the plural. */
  what: string
  references: readonly Reference[]
  /** The logits of every image in raster order; without an adapter those of the frozen model. */
  logits: (model: Segmenter, adapter?: Adapter) => Promise<Float32Array[]>
  /** The reward of an image of this size, given that of a patch. */
  rewardBy: (reward: ImageReward) => ImageReward
  /** How they are judged, for the head of a table. */
  manner: string
  /** What a picture shows of each, and how many pixels wide it shows a pixel. */
  looks: readonly Omit<PictureRow, 'masks'>[]
  scale?: number
  /** Names, widths of vessels and a second observer's masks, if the images have them. */
  names?: readonly string[]
  calibers?: readonly CaliberImage[]
  observer?: readonly BitMask[]
}

/** Who is compared on images. */
export interface Contest {
  /** The frozen model. */
  model: Segmenter
  /** By the names that tables show. */
  adapters: Readonly<Record<string, Adapter>>
  /** The best threshold of the logits of each, by its name, where it is to be shown as well. */
  thresholds: Readonly<Record<string, number>>
  reward: ImageReward
}

/** Scores and masks of every method, image by image. */
export interface Comparison {
  methods: Methods
  masks: Record<string, readonly BitMask[]>
}

/**
 * The thresholds of the logits that give the best Dice on images for choices: of the frozen model and
 * of each adapter, by the names that tables show.
 */
export async function chosenThresholds(
  model: Segmenter,
  adapters: Contest['adapters'],
  images: JudgedImages,
): Promise<Record<string, number>> {
  const thresholds: Record<string, number> = {}
  for (const [name, adapter] of [[METHODS.base, undefined] as const, ...Object.entries(adapters)]) {
    const logits = await images.logits(model, adapter)
    // What the masks would earn costs time and decides nothing.
    thresholds[name] = bestThreshold(logits, images.references, () => 0, 'dice').threshold
  }
  return thresholds
}

/** Runs the frozen model and all adapters on images, and scores their masks at their thresholds. */
export async function compareOn(
  images: JudgedImages,
  { model, adapters, thresholds, reward }: Contest,
): Promise<Comparison> {
  const { references, observer } = images
  const above = (logits: readonly Float32Array[], limit: number) =>
    logits.map((one, i) => maskOf(one, references[i], limit))
  const masks: Comparison['masks'] = {}
  for (const [name, adapter] of [[METHODS.base, undefined] as const, ...Object.entries(adapters)]) {
    const logits = await images.logits(model, adapter)
    masks[name] = above(logits, 0)
    const threshold = thresholds[name]
    if (threshold !== undefined) masks[atItsThreshold(name)] = above(logits, threshold)
  }
  if (observer !== undefined) masks[METHODS.observer] = observer
  const judge = images.rewardBy(reward)
  const methods: Methods = {}
  for (const [name, all] of Object.entries(masks)) {
    methods[name] = all.map((mask, i) => scoresOf(mask, references[i], judge))
  }
  return { methods, masks }
}

/** Recall of every method by the half-width of the true vessels. */
export function calibersOf(
  { masks }: Comparison,
  images: readonly CaliberImage[],
): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(masks).map(([name, all]) => [name, recallByCaliber(all, images)]),
  )
}

/** The table of a comparison and the gains in it, for a terminal. */
export function comparisonText(images: JudgedImages, comparison: Comparison): string {
  const { methods } = comparison
  const { base, threshold, trained } = METHODS
  const { what, manner, references } = images
  const head = `${references.length} ${what}, ${manner}mean [95 % interval]:`
  const table = [head, scoreTable(methods)]
  if (images.calibers === undefined) {
    const gains = [
      diceGain(methods, base, 'the base'),
      diceGain(methods, threshold, 'its best threshold'),
    ]
    return [...table, ...gains].join('\n')
  }
  // Real images are few and differ: every metric is told, and where the vessels were found.
  const supervised = [METHODS.supervised, atItsThreshold(METHODS.supervised)]
  const rivals = [base, threshold, ...supervised].filter((name) => Object.hasOwn(methods, name))
  const gains = rivals.map((from) => allGains(methods, from, trained))
  const calibers = caliberTable(calibersOf(comparison, images.calibers))
  const rim = rimText(rimErrors(comparison.masks, references))
  return [...table, ...gains, calibers, rim].join('\n')
}

/** A table of the means with their 95 % bootstrap intervals, for a terminal. */
function scoreTable(methods: Methods): string {
  const rows = Object.entries(methods).map(([name, scores]) => [
    name,
    ...METRICS.map((metric) => interval(aggregate(scores.map((one) => one[metric])))),
  ])
  const all = [['', ...METRICS], ...rows]
  const widths = all[0].map((_, i) => Math.max(...all.map((row) => row[i].length)))
  return all.map((row) => row.map((cell, i) => cell.padEnd(widths[i])).join('  ')).join('\n')
}

/** How much better training is than another method, image by image, in one line. */
function diceGain(methods: Methods, from: string, words: string): string {
  const { difference, low, high, wins, n } = compare(methods[METHODS.trained], methods[from]).dice
  const gain = interval({ mean: difference, low, high })
  return `Dice gained over ${words}: ${gain}, higher on ${wins} of ${n} images`
}

/** The same by every metric: one line each. */
function allGains(methods: Methods, from: string, to: string): string {
  const shown: MetricName[] = METRICS.filter((name) => name !== 'reward')
  const gains = compare(methods[to], methods[from])
  const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
  const lines = shown.map((name) => {
    const { difference, low, high, wins, n, p } = gains[name]
    const gain = interval({ mean: difference, low, high }, signed)
    return `  ${name.padEnd(9)} ${gain}, higher on ${wins} of ${n} images, p = ${p.toFixed(4)}`
  })
  return [`${to} against ${from}:`, ...lines].join('\n')
}

function interval(
  { mean, low, high }: { mean: number; low: number; high: number },
  digits = (value: number): string => value.toFixed(3),
): string {
  return `${digits(mean)} [${digits(low)}, ${digits(high)}]`
}
