import { existsSync, readFileSync } from 'node:fs'
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

/**
 * Makes the frozen model of real images: trained on patches of images with coarse labels, which are
 * drawn once an image.
 */
export async function trainRealBase(
  images: readonly RealImage[],
  settings: SupervisedSettings,
  note: (line: string) => void,
): Promise<Model> {
  const model = createModel(REAL_MODEL, mulberry32(settings.seed))
  const coarse = images.map((image, i) => ({
    ...image,
    truth: realCoarseLabel(image, seedOf(settings.seed, 5, i)),
  }))
  const patches = findPatches(coarse, BASE_PATCHES)
  const begin = performance.now()
  const every = 100
  let recent = 0
  const onStep = (step: number, loss: number) => {
    recent += loss / every
    if ((step + 1) % every !== 0) return
    const minutes = ((performance.now() - begin) / 60_000).toFixed(1)
    note(`base step ${step + 1}/${settings.steps} · loss ${recent.toFixed(4)} · ${minutes} minutes`)
    recent = 0
  }
  await trainSupervised({
    model,
    variables: model.weights,
    draw: (random) => prepare([drawPatch(patches, random)], model)[0],
    forward: (inputs) => model.forward(inputs),
    settings,
    onStep,
  })
  return model
}

const notesOf = (base: string) => `${base}.json`

/** Notes beside a frozen model whose images it was trained on. */
export function notePatients(base: string, images: readonly RealImage[]): void {
  const patients = [...new Set(images.map(({ patient }) => patient))]
  writeAtomically(notesOf(base), `${JSON.stringify({ patients })}\n`)
}

/**
 * Checks that a frozen model was trained on other patients than those of the images; a model without
 * notes is taken at its user's word.
 *
 * @throws Error if it was not
 */
export function assertUnseen(base: string, images: readonly RealImage[]): void {
  if (!existsSync(notesOf(base))) return
  const { patients } = JSON.parse(readFileSync(notesOf(base), 'utf8')) as { patients: string[] }
  const seen = images.find(({ patient }) => patients.includes(patient))
  if (seen === undefined) return
  throw new Error(
    `expected a model that has not seen ${seen.name}, but ${base} was trained on ` +
      `${patients.join(', ')}: choose the split that it was made with, or another --base`,
  )
}
