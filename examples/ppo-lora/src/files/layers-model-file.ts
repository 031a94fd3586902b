import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { LayersSegmenter } from '../model/layers-segmenter.ts'

/** The parts of `model.json` that are read here. */
interface ModelJson {
  format?: string
  modelTopology?: object
  weightsManifest?: { paths: string[]; weights: tf.io.WeightsManifestEntry[] }[]
}

/**
 * Loads a LayersModel of TensorFlow.js: `model.json` and the files of weights beside it.
 *
 * @throws Error when a file cannot be read or is not valid, or it is not a model that segments; see
 * {@link LayersSegmenter}
 */
export async function loadLayersModel(file: string): Promise<LayersSegmenter> {
  const fail = (reason: string, cause?: unknown) => new Error(`${file}: ${reason}`, { cause })
  let json: ModelJson
  const text = readFileSync(file, 'utf8')
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw fail('it is not JSON', cause)
  }
  const { format, modelTopology, weightsManifest } = json ?? {}
  if (format === 'graph-model') {
    throw fail('expected a LayersModel, got a GraphModel, which cannot be trained')
  }
  if (modelTopology === undefined || !Array.isArray(weightsManifest)) {
    throw fail('expected a LayersModel with modelTopology and weightsManifest')
  }
  let model: tf.LayersModel
  try {
    const parts = weightsManifest.flatMap(({ paths }) =>
      paths.map((path) => readFileSync(join(dirname(file), path))),
    )
    const bytes = Uint8Array.from(Buffer.concat(parts))
    model = await tf.loadLayersModel(
      tf.io.fromMemory({
        modelTopology,
        weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
        weightData: bytes.buffer,
      }),
    )
  } catch (cause) {
    throw fail((cause as Error).message, cause)
  }
  try {
    return new LayersSegmenter(model)
  } catch (cause) {
    model.dispose()
    throw fail((cause as Error).message, cause)
  }
}
