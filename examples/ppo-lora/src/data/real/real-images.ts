import { caliberOf } from './caliber.ts'
import { filesOfFolder, type ImageFiles } from './data-folder.ts'
import { estimatedFieldOfView, withoutRim } from './field-of-view.ts'
import { type ImageFile, readImageFile } from './image-file.ts'
import { localContrast } from './local-contrast.ts'

/** A real image, reduced and evened out; all arrays are width × height, row by row. */
export interface RealImage {
  name: string
  patient: string
  width: number
  height: number
  /** Brightness of the green channel, for pictures. */
  green: Float32Array
  /** What the model reads: local contrast, 0 outside the field of view and at its dark rim. */
  image: Float32Array
  /** 1 at vessels, inside the field of view. */
  truth: Uint8Array
  /** The vessels of a second observer. */
  second?: Uint8Array
  /** 1 inside the field of view. */
  within: Uint8Array
  /** Half-width of the true vessel in pixels, measured before the reduction; 0 for background. */
  caliber: Float32Array
}

/** Images are reduced until they are at most that wide: vessels are then of about one width. */
const WIDEST = 900

/**
 * Reads the images of a data set; see `filesOfFolder` for what folders may hold.
 *
 * @param every - takes only every nth image
 */
export function readRealImages(folder: string, every = 1): RealImage[] {
  return filesOfFolder(folder)
    .filter((_, i) => i % every === 0)
    .map(readRealImage)
}

/**
 * Reads one image and reduces it by the mean over squares of pixels. A reduced pixel is vessel where
 * at least half of its square is, and in the field of view where all of it is.
 *
 * @throws Error that names the file if one cannot be read or is of another size than the image
 */
export function readRealImage(files: ImageFiles): RealImage {
  const source = readImageFile(files.image)
  const { width: fullWidth, height: fullHeight } = source
  const factor = Math.ceil(fullWidth / WIDEST)
  const width = Math.floor(fullWidth / factor)
  const height = Math.floor(fullHeight / factor)
  const reduce = (full: ArrayLike<number>) => blockMeans(full, fullWidth, width, height, factor)
  const maskFile = (path: string) => {
    const mask = readImageFile(path)
    if (mask.width !== fullWidth || mask.height !== fullHeight) {
      throw new Error(
        `expected ${path} to be ${fullWidth} × ${fullHeight} as ${files.image} is, ` +
          `got ${mask.width} × ${mask.height}`,
      )
    }
    return maskOfImage(mask)
  }

  const fullGreen = channelOf(source, 1)
  const fullWithin = files.within
    ? maskFile(files.within)
    : estimatedFieldOfView(fullGreen, fullWidth, fullHeight)
  const within = Uint8Array.from(reduce(fullWithin), (share) => (share === 1 ? 1 : 0))
  if (!within.includes(1)) throw new Error(`the field of view of ${files.image} is empty`)
  const inside = (full: Uint8Array) =>
    Uint8Array.from(reduce(full), (share, i) => (share >= 0.5 ? within[i] : 0))

  const fullTruth = maskFile(files.truth)
  const truth = inside(fullTruth)
  const fullCaliber = caliberOf(fullTruth, fullWidth, fullHeight)
  // Means over a square count background as 0: divided by the share of vessel, over vessel only.
  const shares = reduce(fullTruth)
  const caliber = reduce(fullCaliber).map((mean, i) =>
    truth[i] === 0 ? 0 : mean / shares[i] / factor,
  )
  const green = reduce(fullGreen)
  return {
    name: files.name,
    patient: files.patient,
    width,
    height,
    green,
    image: localContrast(green, withoutRim(within, width, height), width, height),
    truth,
    second: files.second === undefined ? undefined : inside(maskFile(files.second)),
    within,
    caliber,
  }
}

/** One channel of an image, or the only one that it has. */
function channelOf({ width, height, channels, data }: ImageFile, channel: number): Float32Array {
  const offset = channels >= 3 ? channel : 0
  // A loop: `from` takes many times as long, and photographs are large.
  const values = new Float32Array(width * height)
  for (let i = 0; i < values.length; i++) values[i] = data[i * channels + offset]
  return values
}

/** 1 where an image is brighter than half of its largest value: masks come as 1 and as 255. */
function maskOfImage(image: ImageFile): Uint8Array {
  const values = channelOf(image, 1)
  let largest = 0
  for (const value of values) if (value > largest) largest = value
  const mask = new Uint8Array(values.length)
  for (let i = 0; i < mask.length; i++) mask[i] = values[i] > largest / 2 ? 1 : 0
  return mask
}

function blockMeans(
  full: ArrayLike<number>,
  fullWidth: number,
  width: number,
  height: number,
  factor: number,
): Float32Array {
  const means = new Float32Array(width * height)
  for (let y = 0; y < height * factor; y++) {
    const row = Math.floor(y / factor) * width
    for (let x = 0; x < width * factor; x++) {
      means[row + Math.floor(x / factor)] += full[y * fullWidth + x]
    }
  }
  return means.map((sum) => sum / (factor * factor))
}
