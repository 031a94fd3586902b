import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The files of one image of a data set. */
export interface ImageFiles {
  /** Name of the image without folder and ending. */
  name: string
  /** Whose eye it is: both eyes of a patient have one. */
  patient: string
  image: string
  truth: string
  /** By a second observer. */
  second?: string
  within?: string
}

/** Folders of one part of a data set, relative to it. */
interface Layout {
  images: string
  truth: string
  second?: string
  within?: string
}

const LAYOUTS: readonly Layout[] = [
  // CHASE_DB1 and HRF, as images, masks, masks2 and fov.
  { images: 'images', truth: 'masks', second: 'masks2', within: 'fov' },
  // DRIVE.
  {
    images: 'training/images',
    truth: 'training/1st_manual',
    second: 'training/2nd_manual',
    within: 'training/mask',
  },
  {
    images: 'test/images',
    truth: 'test/1st_manual',
    second: 'test/2nd_manual',
    within: 'test/mask',
  },
  // STARE, which has no fields of view.
  { images: 'stare-images', truth: 'labels-ah', second: 'labels-vk' },
]

/**
 * The images of a folder that is laid out as CHASE_DB1 (`images`, `masks`, and if there are any
 * `masks2` and `fov`), DRIVE (`training/images`, `training/1st_manual`, …) or STARE (`stare-images`,
 * `labels-ah`, …), by patient.
 *
 * @throws Error if it is not, or if the mask of an image is missing
 */
export function filesOfFolder(folder: string): ImageFiles[] {
  const parts = LAYOUTS.filter((layout) => {
    return existsSync(join(folder, layout.images)) && existsSync(join(folder, layout.truth))
  })
  if (parts.length === 0) {
    const expected = LAYOUTS.map(({ images, truth }) => `${images} and ${truth}`).join('; or ')
    throw new Error(`expected folders ${expected} in ${folder}, found ${contents(folder)}`)
  }
  const files = parts.flatMap((layout) => filesOf(folder, layout))
  if (files.length === 0) throw new Error(`there are no images in ${join(folder, parts[0].images)}`)
  return files
}

function filesOf(folder: string, layout: Layout): ImageFiles[] {
  const images = filesByKey(join(folder, layout.images))
  const truths = filesByKey(join(folder, layout.truth))
  const seconds = layout.second ? filesByKey(join(folder, layout.second)) : undefined
  const withins = layout.within ? filesByKey(join(folder, layout.within)) : undefined
  return [...images].map(([name, image]) => {
    const truth = truths.get(name)
    if (truth === undefined) {
      throw new Error(`${image} has no mask: expected ${join(folder, layout.truth, name)}.*`)
    }
    const within = withins?.get(name)
    if (withins !== undefined && withins.size > 0 && within === undefined) {
      const expected = join(folder, layout.within as string, name)
      throw new Error(`${image} has no field of view: expected ${expected}.*, as others have`)
    }
    return { name, patient: patientOf(name), image, truth, second: seconds?.get(name), within }
  })
}

const IMAGE_FILE = /^[^.].*\.(png|ppm|pgm|gif|tiff?)(\.gz)?$/i

/** Files by what they have in common with the others of an image: `21` of `21_training_mask.gif`. */
function filesByKey(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map()
  const files = readdirSync(folder).filter((file) => IMAGE_FILE.test(file))
  return new Map(
    files.sort().map((file) => {
      const stem = file.replace(/\.gz$/i, '').replace(/\.[^.]*$/, '')
      const key = stem.replace(/(_(training|test))?(_mask|_manual[12])?$|\.(ah|vk)$/, '')
      return [key, join(folder, file)]
    }),
  )
}

/** `Image_01` of `Image_01L`. */
function patientOf(name: string): string {
  return name.replace(/(?<=\d)_?(L|R|left|right)$/i, '')
}

function contents(folder: string): string {
  if (!existsSync(folder)) return 'no such folder'
  return readdirSync(folder).join(', ') || 'nothing'
}
