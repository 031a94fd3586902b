import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { BitMask } from 'vessel-reward'
import { mulberry32 } from '../../../mulberry32.ts'
import { drawPatch, findPatches } from '../data/patches.ts'
import { prepare } from '../data/prepare.ts'
import { filesOfFolder, type ImageFiles } from '../data/real/data-folder.ts'
import { splitPatients, USES, type Use } from '../data/real/patient-split.ts'
import { type RealImage, readRealImage, readRealImages } from '../data/real/real-images.ts'
import { loadSegmenter } from '../files/load-segmenter.ts'
import { saveModel } from '../files/model-file.ts'
import type { Segmenter } from '../model/segmenter.ts'
import type { Reference } from '../ppo/image-reward.ts'
import { seedOf } from '../random.ts'
import type { JudgedImages } from '../results/comparison.ts'
import { patchReward, wholeImageLogits } from '../results/whole-image.ts'
import { REAL_PRETRAINING, REWARD_PATCHES } from '../settings.ts'
import { removeUnfinishedBase } from './base-checkpoint.ts'
import { assertUnseen, notePatients, trainRealBase } from './real-base.ts'
import type { RewardImages, Source } from './source.ts'

/** What to read, and who serves what. */
export interface RealData {
  /** Folder of the images; see `filesOfFolder`. */
  data: string
  /** Patients by use; see `splitPatients`. */
  split?: string
  /** File of the frozen model, and the steps of its training where it is missing. */
  base: string
  baseSteps: number
}

const LOOKS: Record<Use, string> = {
  base: 'coarse labels, for the frozen model',
  validation: 'for the threshold and the best adapter',
  reward: 'complete masks, for rewards',
  test: 'looked at by evaluate only',
}

/** Real images, split by patient, and a frozen model that is trained on some of them. */
export function realSource(options: RealData): Source {
  const files = splitFiles(options)
  const known = new Map<Use, RealImage[]>()
  /** Reads images when they are asked for: those of the test are left alone while a run trains. */
  const imagesOf = (use: Use): RealImage[] => {
    const images = known.get(use) ?? files[use].map(readRealImage)
    known.set(use, images)
    return images
  }
  return {
    base: (isInterrupted) => baseModel(options, files, () => imagesOf('base'), isInterrupted),
    baseName: options.base,
    reward: (model) => patchesOf(imagesOf('reward'), model),
    validation: (model) => judged('validation images', imagesOf('validation'), model),
    test: (model) => judged('test images', imagesOf('test'), model),
  }
}

/**
 * Images of another source.
 *
 * @param every - takes only every nth of them
 */
export function imagesElsewhere(folder: string, every: number, model: Segmenter): JudgedImages {
  return judged(`images of ${folder}`, readRealImages(folder, every), model)
}

/** Finds the images and says who serves what. */
function splitFiles({ data, split }: RealData): Record<Use, ImageFiles[]> {
  const all = filesOfFolder(data)
  const patients = splitPatients(
    all.map(({ patient }) => patient),
    split,
  )
  const files = {} as Record<Use, ImageFiles[]>
  for (const use of USES) {
    files[use] = all.filter(({ patient }) => patients[use].includes(patient))
    const names = patients[use].join(', ')
    console.log(`${use}: ${files[use].length} images of ${names} (${LOOKS[use]})`)
  }
  return files
}

async function baseModel(
  { base, baseSteps }: RealData,
  files: Record<Use, ImageFiles[]>,
  images: () => RealImage[],
  isInterrupted: () => boolean,
): Promise<Segmenter | undefined> {
  if (existsSync(base)) {
    assertUnseen(base, [...files.validation, ...files.reward, ...files.test])
    console.log(`frozen model: ${base}`)
    return loadSegmenter(base)
  }
  mkdirSync(dirname(base), { recursive: true })
  const begin = performance.now()
  const settings = { ...REAL_PRETRAINING, steps: baseSteps }
  const note = (line: string) => console.log(line)
  const model = await trainRealBase(images(), { base, settings, note, isInterrupted })
  if (model === undefined) return undefined
  // First: a model without notes would be taken at its user's word.
  notePatients(base, files.base)
  await saveModel(base, model)
  removeUnfinishedBase(base)
  const minutes = ((performance.now() - begin) / 60_000).toFixed(1)
  console.log(`frozen model: ${baseSteps} steps in ${minutes} minutes, saved as ${base}`)
  return model
}

/** Random patches. */
function patchesOf(images: readonly RealImage[], model: Segmenter): RewardImages {
  const patches = findPatches(images, { ...REWARD_PATCHES, size: model.imageSize })
  const draw = (random: () => number) => prepare([drawPatch(patches, random)], model)[0]
  return {
    // By the number of the update: a resumed run draws the same ones, and none is kept for later.
    ofRun:
      ({ seed, images: perUpdate }) =>
      (update) =>
        Array.from({ length: perUpdate }, (_, i) => draw(mulberry32(seedOf(seed, 6, update, i)))),
    draw,
  }
}

/** Whole images. */
function judged(what: string, images: readonly RealImage[], model: Segmenter): JudgedImages {
  const seconds = images.flatMap(({ second, width, height }) =>
    second === undefined ? [] : [BitMask.from({ data: second, width, height })],
  )
  return {
    what,
    references: images.map(referenceOf),
    logits: async (model, adapter) => {
      const all: Float32Array[] = []
      for (const image of images) all.push(await wholeImageLogits(model, adapter, image))
      return all
    },
    rewardBy: (reward) => patchReward(reward, model.imageSize),
    manner: 'whole, inside the field of view; reward: mean over patches; ',
    looks: images.map(({ width, height, green, truth, within }) => ({
      width,
      height,
      image: green,
      truth,
      within,
    })),
    scale: 1,
    names: images.map(({ name }) => name),
    calibers: images,
    observer: seconds.length === images.length ? seconds : undefined,
  }
}

/** Truth and field of view of an image, packed once. */
function referenceOf({ truth, within, width, height }: RealImage): Reference {
  return {
    truth: BitMask.from({ data: truth, width, height }),
    within: BitMask.from({ data: within, width, height }),
  }
}
