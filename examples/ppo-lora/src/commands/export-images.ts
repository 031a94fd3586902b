/**
 * The command `npm run export-images`: writes the synthetic images of every split as arrays of NumPy,
 * so that trainers in other languages learn from, and are judged on, the same images.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Sample } from '../data/prepare.ts'
import { coarselyLabeled, syntheticImages } from '../data/synthetic/synthetic-images.ts'
import { encodeNumpy } from '../files/numpy.ts'
import { writeAtomically } from '../files/write-atomically.ts'
import { readOptions, runCommand } from './options/command.ts'

const USAGE = `Usage: npm run export-images -- --out DIR

Writes SPLIT-image.npy, SPLIT-truth.npy and SPLIT-within.npy, each [images, rows, columns], of the
splits train (whose rewards are learned from), validation, test, and base (the images of the frozen
model, with the coarse labels that it was trained on as truth).

  --out DIR  made if it is missing
  --help     this text
`

await runCommand(async (args) => {
  const values = readOptions(args, USAGE, { out: { type: 'string' } })
  if (values === undefined) return
  const folder = values.out
  if (folder === undefined) throw new TypeError('expected --out DIR; see --help')
  mkdirSync(folder, { recursive: true })
  const splits: Record<string, readonly Sample[]> = {
    base: coarselyLabeled(),
    train: syntheticImages('train'),
    validation: syntheticImages('validation'),
    test: syntheticImages('test'),
  }
  for (const [split, samples] of Object.entries(splits)) {
    const { size } = samples[0]
    const shape = [samples.length, size, size]
    const images = new Float32Array(samples.length * size * size)
    for (const [i, { image }] of samples.entries()) images.set(image, i * size * size)
    writeAtomically(join(folder, `${split}-image.npy`), encodeNumpy(images, shape))
    for (const name of ['truth', 'within'] as const) {
      const masks = new Uint8Array(images.length)
      for (const [i, sample] of samples.entries()) masks.set(sample[name], i * size * size)
      writeAtomically(join(folder, `${split}-${name}.npy`), encodeNumpy(masks, shape))
    }
    console.log(`${split}: ${samples.length} images`)
  }
})
