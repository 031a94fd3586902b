import type { BitMask } from 'vessel-reward'
import type { RealImage } from '../data/real/real-images.ts'
import type { Adapter } from '../model/lora.ts'
import type { Model } from '../model/model.ts'
import { imageReward } from '../ppo/image-reward.ts'
import type { Settings } from '../settings.ts'
import { type Methods, scoreTable } from './comparison.ts'
import { writeBeforeAfter } from './pictures.ts'
import {
  caliberTable,
  type Masks,
  pairedGains,
  patchReward,
  recallByCaliber,
  referenceOf,
  secondObserver,
} from './real-evaluation.ts'
import { maskOf, scoresOf } from './scores.ts'
import { wholeImageLogits } from './whole-image.ts'

/** Whole images that a picture shows. */
const SHOWN = 4

/** Scores and masks of every method, image by image. */
export interface Evaluation {
  methods: Methods
  masks: Record<string, Masks>
}

/** What is compared. */
export interface Trained {
  /** The frozen model. */
  model: Model
  /** By the names that tables show. */
  adapters: Record<string, Adapter>
  /** Of the logits. */
  threshold: number
  settings: Settings
}

/** Runs the frozen model, its threshold and all adapters on whole images, and scores their masks. */
export async function evaluate(
  images: readonly RealImage[],
  { model, adapters, threshold, settings }: Trained,
): Promise<Evaluation> {
  const references = images.map(referenceOf)
  const above = (logits: readonly Float32Array[], limit: number) =>
    logits.map((one, i) => maskOf(one, references[i], limit))
  const before = await logitsOfAll(model, undefined, images)
  const masks: Record<string, Masks> = {
    base: above(before, 0),
    'best threshold': above(before, threshold),
  }
  for (const [name, adapter] of Object.entries(adapters)) {
    masks[name] = above(await logitsOfAll(model, adapter, images), 0)
  }
  const second = secondObserver(images)
  if (second !== undefined) masks['second observer'] = second
  const reward = patchReward(imageReward(settings), model.config.imageSize)
  const methods: Methods = {}
  for (const [name, all] of Object.entries(masks)) {
    methods[name] = all.map((mask: BitMask, i) => scoresOf(mask, references[i], reward))
  }
  return { methods, masks }
}

/** Logits of whole images, one after the other. */
export async function logitsOfAll(
  model: Model,
  adapter: Adapter | undefined,
  images: readonly RealImage[],
): Promise<Float32Array[]> {
  const all: Float32Array[] = []
  for (const image of images) all.push(await wholeImageLogits(model, adapter, image))
  return all
}

/** Tables of an evaluation, for a terminal. */
export function report(
  what: string,
  images: readonly RealImage[],
  { methods, masks }: Evaluation,
): string {
  return [
    `${images.length} ${what}, whole, inside the field of view; reward: mean over patches; mean [95 % interval]:`,
    scoreTable(methods),
    pairedGains(methods, 'base', 'PPO + LoRA'),
    pairedGains(methods, 'best threshold', 'PPO + LoRA'),
    caliberTable(calibers(masks, images)),
  ].join('\n')
}

/** Recall of every method by the half-width of the true vessels. */
export function calibers(
  masks: Record<string, Masks>,
  images: readonly RealImage[],
): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(masks).map(([name, all]) => [name, recallByCaliber(all, images)]),
  )
}

/** Writes a picture of whole images before and after. */
export function draw(file: string, images: readonly RealImage[], { masks }: Evaluation): void {
  const { width, height } = images[0]
  const rows = images
    .map((image, i) => ({
      width: image.width,
      height: image.height,
      image: image.green,
      truth: image.truth,
      within: image.within,
      masks: [masks.base[i], masks['PPO + LoRA'][i]].map((mask) => mask.toUint8Array()),
    }))
    .filter((row) => row.width === width && row.height === height)
  writeBeforeAfter(file, rows.slice(0, SHOWN), { scale: 1 })
}
