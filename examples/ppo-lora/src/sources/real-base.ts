import { existsSync, readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { mulberry32 } from '../../../mulberry32.ts'
import { realCoarseLabel } from '../data/coarse-labels.ts'
import { drawPatch, findPatches } from '../data/patches.ts'
import { prepare } from '../data/prepare.ts'
import type { RealImage } from '../data/real/real-images.ts'
import { writeAtomically } from '../files/write-atomically.ts'
import { createModel, type Model } from '../model/model.ts'
import { seedOf } from '../random.ts'
import { BASE_PATCHES, REAL_MODEL, type SupervisedSettings } from '../settings.ts'
import { trainSupervised } from '../supervised.ts'
import { saveUnfinishedBase, unfinishedBase } from './base-checkpoint.ts'

/** Steps between two checkpoints, and between two lines of progress. */
const EVERY = 100

/** How a frozen model is made. */
export interface BaseTraining {
  /** File that it will be saved as: beside it lie checkpoints until it is finished. */
  base: string
  settings: SupervisedSettings
  note: (line: string) => void
  /** Asked after every step: whether to save and stop. */
  isInterrupted: () => boolean
}

/**
 * Makes the frozen model of real images: trained on patches of images with coarse labels, which are
 * drawn once an image. Goes on from a checkpoint where there is one: bit by bit as if it had never
 * been stopped, on the same backend.
 *
 * @returns undefined if it was interrupted
 */
export async function trainRealBase(
  images: readonly RealImage[],
  { base, settings, note, isInterrupted }: BaseTraining,
): Promise<Model | undefined> {
  const model = createModel(REAL_MODEL, mulberry32(settings.seed))
  const recipe = { base, settings, images: images.map(({ name }) => name) }
  const state = unfinishedBase(recipe, model)
  if (state.step > 0) note(`continuing after step ${state.step} of the frozen model`)
  const coarse = images.map((image, i) => ({
    ...image,
    truth: realCoarseLabel(image, seedOf(settings.seed, 5, i)),
  }))
  const patches = findPatches(coarse, BASE_PATCHES)
  const begin = performance.now()
  let losses: number[] = []
  const onStep = async (step: number, loss: number) => {
    losses.push(loss)
    // Backends that compute at once never let the event loop run, and Ctrl-C would not be seen.
    await setImmediate()
    const stop = isInterrupted()
    const isDue = (step + 1) % EVERY === 0
    if (stop || isDue) await saveUnfinishedBase(recipe, model, state)
    if (isDue) {
      const minutes = ((performance.now() - begin) / 60_000).toFixed(1)
      const mean = losses.reduce((a, b) => a + b) / losses.length
      note(`base step ${step + 1}/${settings.steps} · loss ${mean.toFixed(4)} · ${minutes} minutes`)
      losses = []
    }
    return !stop
  }
  await trainSupervised({
    model,
    variables: model.weights,
    draw: (random) => prepare([drawPatch(patches, random)], model)[0],
    forward: (inputs) => model.forward(inputs),
    settings,
    state,
    onStep,
  })
  if (state.step === settings.steps) return model
  note(`saved after step ${state.step} of the frozen model`)
  return undefined
}

/** An image and whose it is. */
type Eye = Pick<RealImage, 'name' | 'patient'>

const notesOf = (base: string) => `${base}.json`

/** Notes beside a frozen model whose images it was trained on. */
export function notePatients(base: string, images: readonly Eye[]): void {
  const patients = [...new Set(images.map(({ patient }) => patient))]
  writeAtomically(notesOf(base), `${JSON.stringify({ patients })}\n`)
}

/**
 * Checks that a frozen model was trained on other patients than those of the images; a model without
 * notes is taken at its user's word.
 *
 * @throws Error if it was not
 */
export function assertUnseen(base: string, images: readonly Eye[]): void {
  if (!existsSync(notesOf(base))) return
  const { patients } = JSON.parse(readFileSync(notesOf(base), 'utf8')) as { patients: string[] }
  const seen = images.find(({ patient }) => patients.includes(patient))
  if (seen === undefined) return
  throw new Error(
    `expected a model that has not seen ${seen.name}, but ${base} was trained on ` +
      `${patients.join(', ')}: choose the split that it was made with, or another --base`,
  )
}
