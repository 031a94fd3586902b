import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { BitMask } from 'vessel-reward'
import { mulberry32 } from '../../../mulberry32.ts'
import { drawPatch, findPatches } from '../data/patches.ts'
import { prepare } from '../data/prepare.ts'
import { splitPatients, USES, type Use } from '../data/real/patient-split.ts'
import { type RealImage, readRealImages } from '../data/real/real-images.ts'
import { loadSegmenter } from '../files/load-segmenter.ts'
import { saveModel } from '../files/model-file.ts'
import type { Segmenter } from '../model/segmenter.ts'
import type { Reference } from '../ppo/image-reward.ts'
import { seedOf } from '../random.ts'
import type { JudgedImages } from '../results/comparison.ts'
import { patchReward, wholeImageLogits } from '../results/whole-image.ts'
import { REAL_PRETRAINING, REWARD_PATCHES } from '../settings.ts'
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
  /** Folder of further test images, and whether to take only every nth of them. */
  elsewhere?: string
  elsewhereEvery: number
}

const LOOKS: Record<Use, string> = {
  base: 'coarse labels, for the frozen model',
  validation: 'for the threshold',
  reward: 'complete masks, for rewards',
  test: 'looked at once',
}

/** Real images, split by patient, and a frozen model that is trained on some of them. */
export function realSource(options: RealData): Source {
  const images = readSplit(options)
  const { base, elsewhere, elsewhereEvery } = options
  return {
    base: () => baseModel(options, images),
    baseName: base,
    reward: (model) => patchesOf(images.reward, model),
    validation: (model) => judged('validation images', images.validation, model),
    test: (model) => judged('test images', images.test, model),
    elsewhere:
      elsewhere === undefined
        ? undefined
        : (model) =>
            judged(`images of ${elsewhere}`, readRealImages(elsewhere, elsewhereEvery), model),
  }
}

/** Reads the images and says who serves what. */
function readSplit({ data, split }: RealData): Record<Use, RealImage[]> {
  const all = readRealImages(data)
  const patients = splitPatients(
    all.map(({ patient }) => patient),
    split,
  )
  const images = {} as Record<Use, RealImage[]>
  for (const use of USES) {
    images[use] = all.filter(({ patient }) => patients[use].includes(patient))
    const names = patients[use].join(', ')
    console.log(`${use}: ${images[use].length} images of ${names} (${LOOKS[use]})`)
  }
  return images
}

async function baseModel(
  { base, baseSteps }: RealData,
  images: Record<Use, RealImage[]>,
): Promise<Segmenter> {
  if (existsSync(base)) {
    const others = [...images.validation, ...images.reward, ...images.test]
    assertUnseen(base, others)
    console.log(`frozen model: ${base}`)
    return loadSegmenter(base)
  }
  mkdirSync(dirname(base), { recursive: true })
  const begin = performance.now()
  const settings = { ...REAL_PRETRAINING, steps: baseSteps }
  const model = await trainRealBase(images.base, settings, console.log)
  await saveModel(base, model)
  notePatients(base, images.base)
  const minutes = ((performance.now() - begin) / 60_000).toFixed(1)
  console.log(`frozen model: ${baseSteps} steps in ${minutes} minutes, saved as ${base}`)
  return model
}

/** Random patches. */
function patchesOf(images: readonly RealImage[], model: Segmenter): RewardImages {
  const patches = findPatches(images, { ...REWARD_PATCHES, size: model.imageSize })
  return {
    ofRun: ({ seed, updates, images: perUpdate }) => {
      // As many as updates need, so that a resumed run draws the same ones.
      const random = mulberry32(seedOf(seed, 6))
      const drawn = Array.from({ length: updates * perUpdate }, () => drawPatch(patches, random))
      return prepare(drawn, model)
    },
    draw: (random) => prepare([drawPatch(patches, random)], model)[0],
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
